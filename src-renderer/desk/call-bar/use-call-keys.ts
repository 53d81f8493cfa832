import { ringingCalls, liveCall } from '../state/desk-state.ts';
import { useDeskStoreApi } from '../state/desk-store.ts';
import { useHotkey } from '../ui/use-hotkey.ts';
import type { CallCommands } from './use-call-commands.ts';

/** F2 answer, F3 hold, F4 hang up (or reject what only rings), F6 mute: wherever the focus is. */
export function useCallKeys(commands: CallCommands): void {
  const store = useDeskStoreApi();
  const live = () => liveCall(store.getState())?.call;
  const ringing = () => ringingCalls(store.getState())[0]?.call;
  useHotkey('F2', () => {
    const call = ringing();
    if (call) commands.answer(call);
  });
  useHotkey('F3', () => {
    const call = live();
    if (call && (call.phase === 'talking' || call.phase === 'held')) commands.toggleHold(call);
  });
  useHotkey('F4', () => {
    const call = live();
    const waiting = ringing();
    if (call) commands.hangUp(call);
    else if (waiting) commands.reject(waiting, 'busy');
  });
  useHotkey('F6', () => {
    const call = live();
    if (call) commands.toggleMute(call);
  });
}
