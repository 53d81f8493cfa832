/** A customer's end of one call: the peer connection, who talks into it, and whether the desk holds it. */
import { digitEar } from '../media/tones.ts';
import { createPeer, sampleRate } from '../media/peer.ts';
import type { Peer } from '../media/peer.ts';
import { directionOf } from '../media/sdp.ts';
import type { Talker } from '../customers/talker.ts';

export interface CustomerEnd {
  offer(): Promise<string>;
  accept(sdp: string): Promise<void>;
  answer(sdp: string): Promise<string>;
  /** The call is answered: the talker may begin as soon as sound can flow. */
  begin(): void;
  close(): void;
}

export function createCustomerEnd({
  talker,
  held,
  digit,
  lost,
}: {
  readonly talker: Talker;
  /** The desk's session says that it holds us, or no longer does (RFC 3264 §8.4). */
  readonly held: (held: boolean) => void;
  readonly digit: (digit: string) => void;
  /** The audio will not come back by itself. */
  readonly lost: () => void;
}): CustomerEnd {
  let begun = false;
  let connected = false;
  let onHold = false;
  const ear = digitEar(sampleRate, digit);
  const peer: Peer = createPeer({
    fill(block) {
      if (begun && connected) talker.fill(block);
      if (onHold) block.fill(0);
    },
    heard(block) {
      if (!begun || onHold) return;
      talker.heard(block);
      ear(block);
    },
    connection(state) {
      if (state === 'failed') lost();
      else connected = true;
    },
  });
  function directed(sdp: string): void {
    const direction = directionOf(sdp);
    const now = direction === 'sendonly' || direction === 'inactive';
    if (now === onHold) return;
    onHold = now;
    talker.hold(now);
    held(now);
  }
  return {
    offer: () => peer.offer(),
    async accept(sdp) {
      await peer.accept(sdp);
      directed(sdp);
    },
    async answer(sdp) {
      const answer = await peer.answer(sdp);
      directed(sdp);
      return answer;
    },
    begin() {
      begun = true;
    },
    close: () => peer.close(),
  };
}
