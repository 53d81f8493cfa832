import { useShallow } from 'zustand/react/shallow';
import { liveCall, ringingCalls } from '../state/desk-state.ts';
import { useDeskStore } from '../state/desk-store.ts';
import styles from './CallBar.module.css';
import { IncomingPanel } from './IncomingPanel.tsx';
import { useCallCommands } from './use-call-commands.ts';

/** What rings while the call bar shows another call; below everything else, so that nothing above moves. */
export function RingingBeside() {
  const live = useDeskStore((state) => liveCall(state) !== undefined);
  const ringing = useDeskStore(useShallow(ringingCalls));
  const commands = useCallCommands();
  const beside = live ? ringing : ringing.slice(1);
  return (
    <div className={styles.beside}>
      {beside.map((entry, index) => (
        <IncomingPanel
          key={entry.call.callId}
          entry={entry}
          commands={commands}
          compact
          keys={live && index === 0}
        />
      ))}
    </div>
  );
}
