/** call-bar: the call that is up, what rings, and everything the operator does with them. */
import { useTranslation } from 'react-i18next';
import { textIn } from '#shared/model/language.ts';
import { useShallow } from 'zustand/react/shallow';
import { ringingCalls, type CallEntry } from '../state/desk-state.ts';
import { useDeskStore } from '../state/desk-store.ts';
import { useLanguage } from '../ui/use-language.ts';
import styles from './CallBar.module.css';
import { callGroup } from './call-group.ts';
import { EndedCall } from './EndedCall.tsx';
import { IncomingPanel } from './IncomingPanel.tsx';
import { LiveCall } from './LiveCall.tsx';
import { OtherCalls } from './OtherCalls.tsx';
import { TransferPanel } from './TransferPanel.tsx';
import { TransferProgress } from './TransferProgress.tsx';
import { useCallCommands } from './use-call-commands.ts';
import { useCallKeys } from './use-call-keys.ts';

/** A place of fixed height: the call that is up, else what rings, else the call being wrapped up. Below it what belongs to it. */
export function CallBar() {
  const { t } = useTranslation('calls');
  const language = useLanguage();
  const calls = useDeskStore((state) => state.calls);
  const order = useDeskStore((state) => state.order);
  const talked = useDeskStore((state) => state.talked);
  const transferring = useDeskStore((state) => calls[state.transferring ?? '']);
  const ringing = useDeskStore(useShallow(ringingCalls));
  const wrapUp = useDeskStore((state) => endedInFocus(state));
  const commands = useCallCommands();
  useCallKeys(commands);
  const group = callGroup({ calls, order, talked });
  const { live } = group;
  const first = live ? undefined : ringing[0];
  return (
    <>
      <section className={styles.place} aria-label={t('bar')}>
        {live ? (
          <LiveCall key={live.call.callId} entry={live} group={group} commands={commands} />
        ) : first ? (
          <IncomingPanel entry={first} commands={commands} />
        ) : wrapUp ? (
          <EndedCall entry={wrapUp} commands={commands} />
        ) : (
          <p className={styles.quiet}>{t('none')}</p>
        )}
      </section>
      {transferring && (
        <TransferPanel key={transferring.call.callId} entry={transferring} commands={commands} />
      )}
      {[...(live ? [live] : []), ...group.others].map((entry) => (
        // A failure that comes again is news again.
        <TransferProgress
          key={`${entry.call.callId} ${entry.call.transfer?.state === 'failed'}`}
          entry={entry}
          inBar={entry === live}
          hidden={entry === transferring}
        />
      ))}
      <OtherCalls group={group} commands={commands} />
      <output className="heard">
        {ringing[0] &&
          t('heardIncoming', {
            project: textIn(ringing[0].card.project?.name, language),
            party: ringing[0].card.customer?.name ?? t('unknownCustomer'),
          })}
      </output>
    </>
  );
}

function endedInFocus(state: {
  readonly calls: Readonly<Record<string, CallEntry>>;
  readonly focusedCallId: string | null;
}): CallEntry | undefined {
  const entry = state.focusedCallId === null ? undefined : state.calls[state.focusedCallId];
  return entry?.call.phase === 'ended' ? entry : undefined;
}
