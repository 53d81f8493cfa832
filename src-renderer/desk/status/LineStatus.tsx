import { useTranslation } from 'react-i18next';
import { assertNever } from '#shared/assert-never.ts';
import type { LineState } from '#shared/model/line.ts';
import { useDeskStore } from '../state/desk-store.ts';
import { formatDuration } from '../ui/duration.ts';
import type { Tone } from '../ui/StateMark.tsx';
import { useNow } from '../ui/use-now.ts';
import { StatusItem } from './StatusItem.tsx';

/** Whether the exchange can reach this desk, and when the next try is due. */
export function LineStatus() {
  const { t } = useTranslation('status');
  const line = useDeskStore((state) => state.line);
  if (!line) return null;
  return (
    <StatusItem
      icon="call"
      tone={toneOf(line)}
      text={t(`line.${line.phase}`)}
      leadsTo="debug"
      meaning={
        <>
          {t(`lineMeans.${line.phase}`, { extension: line.extension ?? '' })}
          {line.problem !== null && <div>{t(`problem.${line.problem}`)}</div>}
          {line.detail !== null && <div>{line.detail}</div>}
        </>
      }
    >
      {line.phase === 'lost' && line.retryAt !== null && <Retry at={line.retryAt} />}
    </StatusItem>
  );
}

function Retry({ at }: { readonly at: string }) {
  const now = useNow();
  return (
    <span className="figures">{formatDuration(Math.ceil((Date.parse(at) - now) / 1000))}</span>
  );
}

function toneOf({ phase }: LineState): Tone {
  switch (phase) {
    case 'registered':
      return 'good';
    case 'connecting':
    case 'lost':
      return 'wait';
    case 'refused':
      return 'act';
    case 'idle':
      return 'idle';
    default:
      return assertNever(phase);
  }
}
