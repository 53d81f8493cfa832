/** preflight: the check before the shift, one page: each check's state, what is wrong in words, and the way out. */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { assertNever } from '#shared/assert-never.ts';
import type { PreflightCheck } from '#shared/model/preflight.ts';
import { useDesk } from '../rpc/desk-client.ts';
import { liveCall } from '../state/desk-state.ts';
import { useDeskStore } from '../state/desk-store.ts';
import { StateMark, type Tone } from '../ui/StateMark.tsx';
import { useFigure } from '../ui/use-figure.ts';
import { useCommand } from '../ui/use-command.tsx';
import styles from './Preflight.module.css';
import { PreflightResult } from './PreflightResult.tsx';

export function PreflightScreen() {
  const { t } = useTranslation('preflight');
  const preflight = useDeskStore((state) => state.preflight);
  const inCall = useDeskStore((state) => liveCall(state) !== undefined);
  const desk = useDesk();
  const command = useCommand();
  const running = preflight?.state === 'running';
  const ran = preflight?.state === 'passed' || preflight?.state === 'failed';
  return (
    <div className={styles.screen}>
      <h2>{t('title')}</h2>
      <p className={styles.quiet}>{t('why')}</p>
      <ol className={styles.checks} aria-label={t('title')}>
        {preflight?.checks.map((check) => (
          <Check key={check.name} check={check} />
        ))}
      </ol>
      <div className={styles.foot}>
        <Button
          variant={preflight?.state === 'passed' ? 'default' : 'filled'}
          disabled={running || inCall}
          onClick={() => void command(() => desk.preflight.run())}
        >
          {t(ran ? 'again' : 'run')}
        </Button>
        <output>{inCall && !running ? t('busy') : <PreflightResult />}</output>
      </div>
    </div>
  );
}

/** What a call kept from being checked is not checked; nothing is wrong with it. */
function Check({ check }: { readonly check: PreflightCheck }) {
  const { t, i18n } = useTranslation('preflight');
  const figure = useFigure(2);
  const state = check.problem === 'in-a-call' ? 'waiting' : check.state;
  const figures = Object.entries(check.figures).filter(
    ([name, value]) => value !== '' && i18n.exists(`preflight:figure.${name}`),
  );
  return (
    <li data-check={check.name} data-state={state}>
      <StateMark tone={toneOf(state)} size={14} />
      <strong>{t(`check.${check.name}`)}</strong>
      <span className={styles.state}>
        {check.name === 'headset' && check.state === 'running' ? t('sayNow') : t(`state.${state}`)}
      </span>
      <span className={styles.words} data-problem={check.problem ?? undefined}>
        {check.problem === null ? t(`means.${check.name}`) : t(`problem.${check.problem}`)}
      </span>
      <span className={styles.figures}>
        {figures.map(([name, value]) => t(`figure.${name}`, { value: figure(value) })).join(' · ')}
      </span>
    </li>
  );
}

function toneOf(state: PreflightCheck['state']): Tone {
  switch (state) {
    case 'waiting':
      return 'idle';
    case 'running':
      return 'wait';
    case 'passed':
      return 'good';
    case 'failed':
      return 'act';
    default:
      return assertNever(state);
  }
}
