import { useTranslation } from 'react-i18next';
import { localeOf } from '#shared/model/language.ts';
import { useDeskStore } from '../state/desk-store.ts';
import { StateMark } from '../ui/StateMark.tsx';
import { useLanguage } from '../ui/use-language.ts';
import styles from './Preflight.module.css';

/** How the last check came out, in one line; nothing before the first. */
export function PreflightResult() {
  const { t } = useTranslation('preflight');
  const language = useLanguage();
  const preflight = useDeskStore((state) => state.preflight);
  const zone = useDeskStore((state) => state.session?.projects[0]?.zone ?? 'UTC');
  const finishedAt = preflight?.finishedAt ?? null;
  if (!preflight || preflight.state === 'none') return null;
  if (preflight.state === 'running') return <>{t('running')}</>;
  if (preflight.state === 'failed') {
    const faults = preflight.checks.filter(
      ({ state, problem }) => state === 'failed' && problem !== 'in-a-call',
    );
    return (
      <span className={styles.result}>
        <StateMark tone={faults.length > 0 ? 'act' : 'wait'} />
        {faults.length > 0 ? t('failed', { count: faults.length }) : t('calledOff')}
      </span>
    );
  }
  if (finishedAt === null) return null;
  const at = new Intl.DateTimeFormat(localeOf(language), {
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
  }).format(new Date(finishedAt));
  return (
    <span className={styles.result}>
      <StateMark tone="good" />
      {t('passed', { at })}
    </span>
  );
}
