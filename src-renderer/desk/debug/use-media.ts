import { useEffect, useState } from 'react';
import type { MediaReport } from '#shared/contract/desk.ts';
import { useDesk } from '../rpc/desk-client.ts';
import { useDeskStore } from '../state/desk-store.ts';

/** The media of every live call, once a second while the component is there; begun anew with each new link. */
export function useMedia(): readonly MediaReport[] {
  const desk = useDesk();
  const link = useDeskStore((state) => state.link);
  const [media, setMedia] = useState<readonly MediaReport[]>([]);
  useEffect(() => {
    if (link !== 'up') return undefined;
    const scope = new AbortController();
    const follow = async () => {
      const reports = await desk.debug.media(undefined, { signal: scope.signal });
      for await (const { calls } of reports) setMedia(calls);
    };
    // Lost with the link: the effect runs again when it is back.
    follow().catch(() => undefined);
    return () => scope.abort();
  }, [desk, link]);
  return media;
}
