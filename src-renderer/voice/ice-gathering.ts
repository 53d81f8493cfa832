/** Waits for ICE candidates, but not for ever: host candidates are there in milliseconds, a dead STUN server costs seconds. */

/** Milliseconds for complete gathering, and for the first candidate when that took longer. */
const gatheringCap = 300;
const firstCandidateCap = 3_000;

export type GatheringPeer = Pick<
  RTCPeerConnection,
  'iceGatheringState' | 'localDescription' | 'addEventListener' | 'removeEventListener'
>;

/**
 * Settles when gathering is complete, or after 300 ms with at least one candidate; with none at all after 3 s, because
 * the other side's candidates may still find us. Rejects with the signal's reason.
 */
export function gathered(peer: GatheringPeer, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let capPassed = false;
    const hasCandidate = () => /^a=candidate:/m.test(peer.localDescription?.sdp ?? '');
    const look = () => {
      if (peer.iceGatheringState === 'complete' || (capPassed && hasCandidate())) finish(resolve);
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
