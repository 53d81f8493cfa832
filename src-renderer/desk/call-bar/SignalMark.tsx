import { Tooltip, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { assertNever } from '#shared/assert-never.ts';
import type { Call } from '#shared/model/call.ts';
import { StateMark, type Tone } from '../ui/StateMark.tsx';
import { useFigure } from '../ui/use-figure.ts';
import styles from './CallBar.module.css';
import { signalOf } from './signal.ts';

/** "signal good", with the figures on hover and focus; before anything was measured, whether sound flows. */
export function SignalMark({ call }: { readonly call: Pick<Call, 'audio' | 'quality'> }) {
  const { t } = useTranslation('calls');
  const figure = useFigure(1);
  const { quality } = call;
  if (call.audio !== 'flowing' || quality === null) return <>{t(`audio.${call.audio}`)}</>;
  const signal = signalOf(quality);
  const milliseconds = (seconds: number | null) =>
    seconds === null ? '–' : Math.round(seconds * 1000);
  return (
    <Tooltip
      multiline
      maw={300}
      label={t('figures', {
        mos: figure(quality.mos),
        loss: figure(quality.loss * 100),
        jitter: milliseconds(quality.jitter),
        roundTrip: milliseconds(quality.roundTrip),
      })}
      events={{ hover: true, focus: true, touch: false }}
    >
      <UnstyledButton className={styles.signalMark} data-signal={signal}>
        <StateMark tone={toneOf(signal)} />
        {t(`signal.${signal}`)}
      </UnstyledButton>
    </Tooltip>
  );
}

function toneOf(signal: ReturnType<typeof signalOf>): Tone {
  switch (signal) {
    case 'good':
      return 'good';
    case 'fair':
      return 'wait';
    case 'poor':
      return 'act';
    default:
      return assertNever(signal);
  }
}
