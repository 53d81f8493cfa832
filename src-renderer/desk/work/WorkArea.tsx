/** work: all that belongs to one call: the customer's card, the script, the form, the order and the outcome. */
import { useDeskStore } from '../state/desk-store.ts';
import { CallWork } from './CallWork.tsx';

export function WorkArea({ callId }: { readonly callId: string }) {
  const entry = useDeskStore((state) => state.calls[callId]);
  return entry ? <CallWork key={callId} entry={entry} /> : null;
}
