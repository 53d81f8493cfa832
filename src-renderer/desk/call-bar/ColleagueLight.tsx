import { UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { assertNever } from '#shared/assert-never.ts';
import type { LineLights } from '#shared/model/line.ts';
import { StateMark, type Tone } from '../ui/StateMark.tsx';
import styles from './CallBar.module.css';

type Colleague = LineLights['colleagues'][number];

/** One colleague's line: the extension and whether it is free, in a shape and a word. */
export function ColleagueLight({
  id,
  role,
  colleague,
  chosen,
  choose,
}: {
  readonly id: string;
  readonly role: 'option';
  readonly colleague: Colleague;
  readonly chosen: boolean;
  readonly choose: () => void;
}) {
  const { t } = useTranslation('calls');
  const { extension, state, stale } = colleague;
  return (
    <UnstyledButton
      id={id}
      role={role}
      tabIndex={-1}
      aria-selected={chosen}
      className={styles.colleague}
      data-stale={stale || undefined}
      onMouseDown={(event) => event.preventDefault()}
      onClick={choose}
    >
      <StateMark tone={stale ? 'idle' : toneOf(state)} />
      <strong className="figures">{extension}</strong>
      <span>{t(stale ? 'lightStale' : 'lightNow', { state: t(`light.${state}`) })}</span>
    </UnstyledButton>
  );
}

function toneOf(state: Colleague['state']): Tone {
  switch (state) {
    case 'idle':
      return 'good';
    case 'ringing':
    case 'talking':
      return 'wait';
    case 'unknown':
      return 'idle';
    default:
      return assertNever(state);
  }
}
