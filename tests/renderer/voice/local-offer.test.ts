import { describe, expect, it } from 'vitest';
import { LocalOffer, type OfferingPeer } from '../../../src-renderer/voice/local-offer.ts';

const candidate = 'a=candidate:1 1 udp 1 192.0.2.1 4000 typ host\r\n';

function described(type: 'offer' | 'answer', sdp: string): RTCSessionDescription {
  return { type, sdp, toJSON: () => ({ type, sdp }) };
}

/** A connection that writes down what it is told. */
class Connection extends EventTarget implements OfferingPeer {
  readonly told: string[] = [];
  signalingState: RTCSignalingState = 'stable';
  iceGatheringState: RTCIceGatheringState = 'complete';
  currentLocalDescription: RTCSessionDescription | null = null;
  localDescription: RTCSessionDescription | null = null;
  candidates = candidate;
  #made = 0;

  getConfiguration(): RTCConfiguration {
    return {};
  }

  async createOffer(options?: RTCOfferOptions): Promise<RTCSessionDescriptionInit> {
    const restart = options?.iceRestart ? 'anew ' : '';
    return { type: 'offer', sdp: `${restart}${++this.#made}\r\n${this.candidates}` };
  }

  async setLocalDescription(description?: RTCLocalSessionDescriptionInit): Promise<void> {
    this.told.push(`${description?.type} ${description?.sdp?.split('\r\n')[0] ?? ''}`.trim());
    if (description?.type === 'rollback') {
      this.signalingState = 'stable';
      return;
    }
    this.signalingState = 'have-local-offer';
    this.localDescription = described('offer', description?.sdp ?? '');
  }

  agree(): void {
    this.signalingState = 'stable';
    this.currentLocalDescription = this.localDescription ?? described('answer', candidate);
  }
}

function offering(up: boolean) {
  const connection = new Connection();
  if (up) connection.agree();
  const closing = new AbortController();
  return { connection, offer: new LocalOffer(connection, closing.signal) };
}

describe('in a call that is up', () => {
  it('the browser is told of an offer with its answer', async () => {
    const { connection, offer } = offering(true);
    expect(await offer.make(false)).toContain(candidate);
    expect([offer.isOut, connection.told]).toEqual([true, []]);
    await offer.answered();
    connection.agree();
    expect([offer.isOut, connection.told]).toEqual([false, ['offer 1']]);
  });

  it('nothing is rolled back: one that came to nothing is forgotten', async () => {
    const { connection, offer } = offering(true);
    await offer.make(false);
    expect(await offer.callBack()).toBe(true);
    expect(await offer.callBack()).toBe(false);
    expect([offer.isOut, offer.isLeft, connection.told]).toEqual([false, false, []]);
  });

  it('one with ICE begun anew is left as it is, and the next one begins it anew too', async () => {
    const { connection, offer } = offering(true);
    await offer.make(true);
    expect(await offer.callBack()).toBe(true);
    expect([offer.isOut, offer.isLeft]).toEqual([false, true]);
    await offer.make(false);
    expect([offer.isOut, offer.isLeft]).toEqual([true, false]);
    expect(connection.told).toEqual(['offer anew 1', 'offer anew 2']);
  });

  it('an offer without a candidate is gathered for by the browser', async () => {
    const { connection, offer } = offering(true);
    connection.candidates = '';
    setTimeout(() => (connection.candidates = candidate), 20);
    expect(await offer.make(false)).toContain(candidate);
    expect(connection.told.at(-1)).toMatch(/^offer anew/);
  });
});

describe('the first offer', () => {
  it('is the browser’s at once, and is rolled back', async () => {
    const { connection, offer } = offering(false);
    await offer.make(false);
    expect(offer.isOut).toBe(true);
    expect(await offer.callBack()).toBe(true);
    expect([offer.isOut, offer.isLeft]).toEqual([false, false]);
    expect(connection.told).toEqual(['offer 1', 'rollback']);
  });
});
