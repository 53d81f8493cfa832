import { Button } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  transferFailures,
  type Call,
  type CallEnd,
  type Transfer,
  type TransferFailure,
} from '#shared/model/call.ts';
import type { CallEntry } from '../state/desk-state.ts';
import { useDeskStore, useDeskStoreApi } from '../state/desk-store.ts';
import { Key } from '../ui/Key.tsx';
import { partyName } from '../ui/party-name.ts';
import { StateMark } from '../ui/StateMark.tsx';
import styles from './CallBar.module.css';

/** How far a blind transfer is, or that a colleague could not be asked; a failure stays until the operator has seen it. */
export function TransferProgress({
  entry,
  inBar,
  hidden,
}: {
  readonly entry: CallEntry;
  /** F8 means this call. */
  readonly inBar: boolean;
  /** The operator is asked where else it goes; what was seen stays seen meanwhile. */
  readonly hidden: boolean;
}) {
  const { t } = useTranslation('calls');
  const store = useDeskStoreApi();
  const { call } = entry;
  const { transfer } = call;
  const unanswered = useDeskStore(({ unansweredConsult }) =>
    unansweredConsult?.callId === call.callId ? unansweredConsult : null,
  );
  const end = useDeskStore(
    ({ history }) =>
      history.entries.find((one) => one.callId === unanswered?.consultId)?.end ?? null,
  );
  const [seen, setSeen] = useState(false);
  const failed = transfer === null || transfer.state === 'failed';
  const who = partyName(entry) ?? t('withheld');
  const told =
    transfer !== null && !seen
      ? toldOf(call, transfer, who, t)
      : unanswered && isFailure(end) && notReached(call, end, unanswered.to, who, t);
  if (hidden || told === null || told === false) return null;
  return (
    <section
      className={styles.progress}
      aria-label={t('transfer')}
      data-transfer={transfer?.state ?? 'failed'}
    >
      <StateMark tone={failed ? 'act' : 'wait'} />
      <output>{told}</output>
      {failed && (
        <div className={styles.buttons}>
          <Button
            variant="default"
            rightSection={inBar && <Key name="F8" />}
            onClick={() => store.setState({ transferring: call.callId })}
          >
            {t('transferAgain')}
          </Button>
          <Button
            variant="default"
            onClick={() => {
              setSeen(true);
              store.setState({ unansweredConsult: null });
            }}
          >
            {t('understood')}
          </Button>
        </div>
      )}
    </section>
  );
}

function toldOf(
  call: Call,
  { to, state, why }: Transfer,
  who: string,
  t: TFunction<'calls'>,
): string {
  return state === 'failed'
    ? notReached(call, why ?? 'failed', to, who, t)
    : t(`transferIs.${state}`, { to, who });
}

/** Who waited before, or is not talked to yet, is not told to be back. */
function notReached(
  { phase }: Call,
  why: TransferFailure,
  to: string,
  who: string,
  t: TFunction<'calls'>,
): string {
  return t(phase === 'held' ? `waitsAfter.${why}` : `notReached.${why}`, { to, who });
}

/** Whether it was the colleague, or the way there, and not the operator who went back. */
function isFailure(end: CallEnd | null): end is Extract<CallEnd, TransferFailure> {
  return transferFailures.some((one) => one === end);
}
