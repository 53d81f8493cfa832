/** Waits for ICE candidates, but not for ever: host candidates are there in milliseconds, a dead STUN server costs seconds. */

/** Milliseconds for complete gathering, and for the first candidate when that took longer. */
const gatheringCap = 300;
const firstCandidateCap = 3_000;
/**
 * Without STUN and TURN servers a UDP candidate is a socket of this machine, and all of them come in one burst; what "complete"
 * waits for 0.1 s longer are TCP candidates. Meanwhile Chromium asks the other side with the credentials of the agreement
 * before, and once that was answered over an address that has changed, it does not check that way again (seen in 156).
 */
const burstCap = 20;
/** Milliseconds between two gatherings that may find an address which has only just come. */
const gatherAgainAfter = 200;

export type GatheringPeer = Pick<
  RTCPeerConnection,
  | 'iceGatheringState'
  | 'localDescription'
  | 'getConfiguration'
  | 'addEventListener'
  | 'removeEventListener'
>;

/**
 * Gathers anew until there is a candidate, for at most 3 s: right after an address has changed the browser knows of none for a
 * moment, and an offer without one is taken for a peer without ICE, which is then left out for the rest of the call.
 * `gather` begins it and settles when it is over.
 */
export async function gatheredAny(
  peer: Pick<RTCPeerConnection, 'localDescription'>,
  gather: (again: boolean) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const until = performance.now() + firstCandidateCap;
  await gather(false);
  while (!hasCandidate(peer.localDescription) && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, gatherAgainAfter));
    signal.throwIfAborted();
    await gather(true);
  }
}

/** One for UDP: a TCP candidate that only calls out (RFC 6544) is made of any address, also of one that is gone. */
export function hasCandidate(description: { readonly sdp?: string } | null): boolean {
  return /^a=candidate:\S+ \d+ udp /im.test(description?.sdp ?? '');
}

/**
 * Settles when gathering is complete, or after 300 ms with at least one candidate, where no server is asked for more 20 ms after
 * the last; with none at all after 3 s, because the other side's candidates may still find us. Right after an ICE restart the
 * state is still the "complete" of the gathering before (W3C webrtc-pc §5.6.2 changes it in a task of its own): without a
 * candidate it counts after 300 ms only. Rejects with the signal's reason.
 */
export function gathered(peer: GatheringPeer, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const asksServers = (peer.getConfiguration().iceServers ?? []).length > 0;
    let capPassed = false;
    let burst: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      const signs = [
        peer.iceGatheringState === 'complete',
        hasCandidate(peer.localDescription),
        capPassed,
      ];
      if (signs.filter(Boolean).length >= 2) return finish(resolve);
      if (asksServers || !hasCandidate(peer.localDescription)) return;
      clearTimeout(burst);
      burst = setTimeout(() => finish(resolve), burstCap);
    };
    const abort = () => finish(() => reject(signal.reason as Error));
    const cap = setTimeout(() => {
      capPassed = true;
      look();
    }, gatheringCap);
    const giveUp = setTimeout(() => finish(resolve), firstCandidateCap);
    const finish = (settle: () => void) => {
      clearTimeout(cap);
      clearTimeout(giveUp);
      clearTimeout(burst);
      peer.removeEventListener('icegatheringstatechange', look);
      peer.removeEventListener('icecandidate', look);
      signal.removeEventListener('abort', abort);
      settle();
    };
    peer.addEventListener('icegatheringstatechange', look);
    peer.addEventListener('icecandidate', look);
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    else look();
  });
}
