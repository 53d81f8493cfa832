import { useEffect, useState } from 'react';
import type { SipMessage } from '#shared/contract/desk.ts';
import { useDesk } from '../rpc/desk-client.ts';
import { useDeskStore } from '../state/desk-store.ts';

export interface NumberedMessage {
  readonly number: number;
  readonly message: SipMessage;
}

/** Main keeps as many. */
const longest = 500;

/** The last SIP messages, oldest first, followed while the component is there; begun anew with each new link. */
export function useLadder(): readonly NumberedMessage[] {
  const desk = useDesk();
  const link = useDeskStore((state) => state.link);
  const [ladder, setLadder] = useState<readonly NumberedMessage[]>([]);
  useEffect(() => {
    if (link !== 'up') return undefined;
    const scope = new AbortController();
    const follow = async () => {
      const messages = await desk.debug.sip(undefined, { signal: scope.signal });
      setLadder([]);
      let number = 0;
      for await (const message of messages) {
        number += 1;
        const row = { number, message };
        setLadder((before) => [...before, row].slice(-longest));
      }
    };
    // Lost with the link: the effect runs again when it is back.
    follow().catch(() => undefined);
    return () => scope.abort();
  }, [desk, link]);
  return ladder;
}
