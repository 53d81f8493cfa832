/** How long a description waits for candidates. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  gathered,
  gatheredAny,
  type GatheringPeer,
} from '../../../src-renderer/voice/ice-gathering.ts';

class Gathering extends EventTarget {
  iceGatheringState: RTCIceGatheringState = 'gathering';
  localDescription = { sdp: 'v=0\r\n' };
  iceServers: RTCIceServer[] = [{ urls: 'stun:192.0.2.1' }];
  getConfiguration(): RTCConfiguration {
    return { iceServers: this.iceServers };
  }
  candidate(): void {
    this.localDescription = { sdp: 'v=0\r\na=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\n' };
    this.dispatchEvent(new Event('icecandidate'));
  }
  complete(): void {
    this.iceGatheringState = 'complete';
    this.dispatchEvent(new Event('icegatheringstatechange'));
  }
}

let peer: Gathering;
let settled: string | null;
let closing: AbortController;

beforeEach(() => {
  vi.useFakeTimers();
  peer = new Gathering();
  settled = null;
  closing = new AbortController();
});
afterEach(() => {
  vi.useRealTimers();
});

function wait(): void {
  gathered(peer as unknown as GatheringPeer, closing.signal).then(
    () => {
      settled = 'described';
    },
    (error: unknown) => {
      settled = String(error);
    },
  );
}

describe('gathering', () => {
  it('is over at once when it is complete', async () => {
    wait();
    peer.candidate();
    await vi.advanceTimersByTimeAsync(10);
    expect(settled).toBeNull();
    peer.complete();
    await vi.advanceTimersByTimeAsync(0);
    expect(settled).toBe('described');
  });

  it('is cut short after 300 ms when there is a candidate', async () => {
    wait();
    peer.candidate();
    await vi.advanceTimersByTimeAsync(299);
    expect(settled).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(settled).toBe('described');
  });

  it('waits for nobody where no server is asked: until 20 ms after the last of this machine’s candidates', async () => {
    peer.iceServers = [];
    wait();
    await vi.advanceTimersByTimeAsync(100);
    expect(settled).toBeNull();
    peer.candidate();
    await vi.advanceTimersByTimeAsync(19);
    peer.candidate();
    await vi.advanceTimersByTimeAsync(19);
    expect(settled).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(settled).toBe('described');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits longer for the first candidate, but not for ever', async () => {
    wait();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(settled).toBeNull();
    peer.candidate();
    await vi.advanceTimersByTimeAsync(0);
    expect(settled).toBe('described');
    settled = null;
    peer = new Gathering();
    wait();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(settled).toBe('described');
  });

  it('does not take the end of the gathering before for its own', async () => {
    peer.complete();
    wait();
    await vi.advanceTimersByTimeAsync(10);
    expect(settled).toBeNull();
    peer.iceGatheringState = 'gathering';
    peer.candidate();
    peer.complete();
    await vi.advanceTimersByTimeAsync(0);
    expect(settled).toBe('described');
    settled = null;
    peer = new Gathering();
    peer.complete();
    wait();
    await vi.advanceTimersByTimeAsync(300);
    expect(settled).toBe('described');
  });

  it('ends with the peer', async () => {
    wait();
    closing.abort(new Error('closed'));
    await vi.advanceTimersByTimeAsync(0);
    expect(settled).toBe('Error: closed');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('an offer in the moment in which the address changes', () => {
  it('is made again until the browser knows an address', async () => {
    const asked: boolean[] = [];
    const described = gatheredAny(
      peer as unknown as GatheringPeer,
      async (again) => {
        asked.push(again);
        if (asked.length === 3) peer.candidate();
      },
      closing.signal,
    );
    await vi.advanceTimersByTimeAsync(1_000);
    await described;
    expect(asked).toEqual([false, true, true]);
  });

  it('is given as it is where there is none for 3 s', async () => {
    let asked = 0;
    const described = gatheredAny(
      peer as unknown as GatheringPeer,
      async () => void asked++,
      closing.signal,
    );
    await vi.advanceTimersByTimeAsync(4_000);
    await described;
    expect(asked).toBeGreaterThan(10);
  });

  it('is not satisfied with a TCP candidate that only calls out, of an address that may be gone', async () => {
    peer.localDescription = {
      sdp: 'v=0\r\na=candidate:1 1 tcp 1 127.0.0.1 9 typ host tcptype active\r\n',
    };
    wait();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(settled).toBeNull();
    peer.candidate();
    await vi.advanceTimersByTimeAsync(0);
    expect(settled).toBe('described');
  });

  it('is not made for a call that has ended', async () => {
    const described = gatheredAny(
      peer as unknown as GatheringPeer,
      async () => undefined,
      closing.signal,
    );
    closing.abort(new Error('ended'));
    const [refusal] = await Promise.all([
      described.catch((error: unknown) => String(error)),
      vi.advanceTimersByTimeAsync(1_000),
    ]);
    expect(refusal).toContain('ended');
  });
});
