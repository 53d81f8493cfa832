/** Which peers are open, heard and claimed, without a browser's peer connection. */
import { beforeEach, afterEach, describe, expect, it, vi } from 'vitest';
import type { Peer } from '../../../src-renderer/voice/peer.ts';
import { Peers } from '../../../src-renderer/voice/peers.ts';

/** What `Peers` asks of a peer, written down. */
class NotedPeer {
  readonly callId: string;
  readonly state = 'connected';
  readonly flowing = true;
  muted: boolean;
  focused = false;
  closed = false;
  constructor(callId: string, muted: boolean) {
    this.callId = callId;
    this.muted = muted;
  }
  mute(muted: boolean): void {
    this.muted = muted;
  }
  focus(focused: boolean): void {
    this.focused = focused;
  }
  [Symbol.dispose](): void {
    this.closed = true;
  }
}

let made: Map<string, NotedPeer>;
let microphoneHeld: number;
let peers: Peers;

beforeEach(() => {
  vi.useFakeTimers();
  made = new Map();
  microphoneHeld = 0;
  peers = new Peers({
    make: ({ callId, muted }) => {
      const peer = new NotedPeer(callId, muted);
      made.set(callId, peer);
      return peer as unknown as Peer;
    },
    holdMicrophone: () => {
      microphoneHeld += 1;
      return {
        [Symbol.dispose]: () => {
          microphoneHeld -= 1;
        },
      };
    },
  });
});

afterEach(() => {
  peers[Symbol.dispose]();
  vi.useRealTimers();
});

const open = (callId: string, muted = false) => peers.open({ callId, muted, iceServers: [] });
const focused = () => [...made.values()].filter((peer) => peer.focused).map((peer) => peer.callId);

describe('open peers', () => {
  it('hold the microphone from the first to the last of them', () => {
    open('one');
    open('two');
    expect(microphoneHeld).toBe(1);
    peers.close('one');
    expect(microphoneHeld).toBe(1);
    peers.close('two');
    peers.close('two');
    expect(microphoneHeld).toBe(0);
  });

  it('are made once, and muted as main last said', () => {
    open('one', true);
    const first = made.get('one');
    open('one', false);
    expect(made.get('one')).toBe(first);
    expect(first?.muted).toBe(false);
  });

  it('are silent until one is in focus, also one that is opened after that was said', () => {
    open('one');
    expect(focused()).toEqual([]);
    peers.focus('two');
    open('two');
    expect(focused()).toEqual(['two']);
    peers.focus('one');
    expect(focused()).toEqual(['one']);
    peers.focus(null);
    expect(focused()).toEqual([]);
  });

  it('are told to whom listens anew', () => {
    open('one');
    expect(peers.snapshot()).toEqual([
      { type: 'peer', callId: 'one', state: 'connected' },
      { type: 'audio', callId: 'one', flowing: true },
    ]);
  });
});

describe('a lost link to main', () => {
  it('closes after ten seconds what nobody asked for again', () => {
    open('kept');
    open('forgotten');
    peers.mainLost();
    peers.find('kept');
    vi.advanceTimersByTime(9_999);
    expect(made.get('forgotten')?.closed).toBe(false);
    vi.advanceTimersByTime(1);
    expect(made.get('forgotten')?.closed).toBe(true);
    expect(made.get('kept')?.closed).toBe(false);
    expect(microphoneHeld).toBe(1);
  });

  it('counts anew when it is lost again', () => {
    open('one');
    peers.mainLost();
    vi.advanceTimersByTime(6_000);
    peers.find('one');
    peers.mainLost();
    vi.advanceTimersByTime(6_000);
    expect(made.get('one')?.closed).toBe(false);
    vi.advanceTimersByTime(4_000);
    expect(made.get('one')?.closed).toBe(true);
    expect(microphoneHeld).toBe(0);
  });

  it('leaves a call alone that was opened meanwhile', () => {
    peers.mainLost();
    open('new');
    vi.advanceTimersByTime(20_000);
    expect(made.get('new')?.closed).toBe(false);
  });
});
