/** Which peers are open, heard and claimed, without a browser's peer connection. */
import { beforeEach, afterEach, describe, expect, it, vi } from 'vitest';
import type { Mix } from '../../../src-renderer/voice/mix-plan.ts';
import type { Mixer } from '../../../src-renderer/voice/mixer.ts';
import type { Peer } from '../../../src-renderer/voice/peer.ts';
import { Peers } from '../../../src-renderer/voice/peers.ts';

/** What `Peers` asks of a peer, written down. */
class NotedPeer {
  readonly callId: string;
  readonly state = 'connected';
  readonly flowing = true;
  readonly voice: string;
  readonly #changed: () => void;
  muted: boolean;
  away = false;
  focused = false;
  closed = false;
  said = '';
  constructor(callId: string, muted: boolean, changed: () => void) {
    this.callId = callId;
    this.voice = `voice of ${callId}`;
    this.muted = muted;
    this.#changed = changed;
  }
  mute(muted: boolean): void {
    this.muted = muted;
    this.#changed();
  }
  hold(away: boolean): void {
    this.away = away;
    this.#changed();
  }
  async speak(source: unknown, kind: string): Promise<void> {
    expect(this.closed).toBe(false);
    this.said = `${kind}: ${String(source)}`;
  }
  focus(focused: boolean): void {
    this.focused = focused;
  }
  [Symbol.dispose](): void {
    this.closed = true;
  }
}

/** What each is sent, as a mixer has it in mind. */
class NotedMixer {
  able = true;
  plan: ReadonlyMap<string, Mix> = new Map();
  microphone: unknown = null;
  mix(plan: ReadonlyMap<string, Mix>, microphone: unknown, voices: (callId: string) => unknown) {
    this.plan = plan;
    this.microphone = microphone;
    for (const callId of plan.keys()) expect(voices(callId)).toBe(`voice of ${callId}`);
  }
  track(callId: string) {
    return this.plan.has(callId) ? `for ${callId}` : null;
  }
  get heard() {
    return Object.fromEntries(
      [...this.plan].map(([callId, { microphone, others }]) => [
        callId,
        [...(microphone ? ['microphone'] : []), ...others],
      ]),
    );
  }
}

let made: Map<string, NotedPeer>;
let microphoneHeld: number;
let idle: number;
let spent: number;
let refusal: Error | null;
let peers: Peers;
let mixer: NotedMixer;
let source: string;

beforeEach(() => {
  vi.useFakeTimers();
  made = new Map();
  microphoneHeld = 0;
  idle = 0;
  spent = 0;
  refusal = null;
  mixer = new NotedMixer();
  source = 'desk';
  peers = new Peers({
    source: () => source as unknown as MediaStreamTrack,
    mixer: mixer as unknown as Mixer,
    make: ({ callId, muted, changed }) => {
      if (refusal) throw refusal;
      const peer = new NotedPeer(callId, muted, changed);
      made.set(callId, peer);
      return peer as unknown as Peer;
    },
    idle: () => {
      idle += 1;
    },
    spent: () => {
      spent += 1;
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
const focused = () =>
  [...made.values()].filter((peer) => peer.focused && !peer.closed).map((peer) => peer.callId);

describe('open peers', () => {
  it('hold the microphone from the first to the last of them', () => {
    open('one');
    open('two');
    expect(microphoneHeld).toBe(1);
    peers.close('one');
    expect(microphoneHeld).toBe(1);
    expect(idle).toBe(0);
    peers.close('two');
    peers.close('two');
    expect(microphoneHeld).toBe(0);
    expect(idle).toBe(1);
  });

  it('that the browser makes no more of end the page, unless it never made one', () => {
    refusal = new Error('Cannot create so many PeerConnections');
    expect(() => open('one')).toThrow(refusal);
    expect(spent).toBe(0);
    peers.close('one');
    expect(microphoneHeld).toBe(0);
    refusal = null;
    open('two');
    refusal = new Error('Cannot create so many PeerConnections');
    expect(() => open('three')).toThrow(refusal);
    expect(spent).toBe(1);
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

describe('a conference', () => {
  const said = () => [...made.values()].map((peer) => peer.said);
  beforeEach(() => {
    for (const callId of ['one', 'two', 'three']) open(callId);
  });

  it('lets each hear the operator and the others, whatever is in focus', () => {
    peers.focus('three');
    peers.conference(['one', 'two']);
    expect(focused()).toEqual(['one', 'two', 'three']);
    expect(mixer.heard).toEqual({ one: ['microphone', 'two'], two: ['microphone', 'one'] });
    expect(said()).toEqual(['mix: for one', 'mix: for two', '']);
  });

  it('keeps a muted operator out of the mix, and the others in it', () => {
    made.get('two')?.mute(true);
    peers.conference(['one', 'two', 'three']);
    expect(mixer.heard['two']).toEqual(['one', 'three']);
    made.get('two')?.mute(false);
    made.get('one')?.mute(true);
    expect(mixer.heard['one']).toEqual(['two', 'three']);
    expect(mixer.heard['two']).toEqual(['microphone', 'one', 'three']);
  });

  it('lets who is on hold neither speak nor hear', () => {
    peers.conference(['one', 'two', 'three']);
    made.get('one')?.hold(true);
    expect(mixer.heard).toEqual({
      one: [],
      two: ['microphone', 'three'],
      three: ['microphone', 'two'],
    });
  });

  it('goes on with those who stay, and ends with the last but one', () => {
    peers.conference(['one', 'two', 'three']);
    peers.close('two');
    expect(mixer.heard).toEqual({ one: ['microphone', 'three'], three: ['microphone', 'one'] });
    peers.close('three');
    expect(mixer.heard).toEqual({});
    expect(made.get('one')?.said).toBe('microphone: desk');
    expect(focused()).toEqual(['one']);
  });

  it('ends when main says so: the one in focus is spoken to, with the plain microphone', () => {
    peers.focus('one');
    peers.conference(['one', 'two']);
    peers.conference(['one']);
    expect(focused()).toEqual(['one']);
    expect(said().slice(0, 2)).toEqual(['microphone: desk', 'microphone: desk']);
    expect(mixer.heard).toEqual({});
  });

  it('takes in members that come after it was said, as after a page was replaced', () => {
    peers.conference(['one', 'late']);
    expect(mixer.heard).toEqual({});
    expect(made.get('one')?.focused).toBe(true);
    open('late');
    expect(mixer.heard).toEqual({ one: ['microphone', 'late'], late: ['microphone', 'one'] });
  });

  it('takes another microphone into the mix, and gives it plainly to the others', () => {
    peers.conference(['one', 'two']);
    source = 'headset';
    peers.sourceChanged();
    expect(mixer.microphone).toBe('headset');
    expect(said()).toEqual(['mix: for one', 'mix: for two', 'microphone: headset']);
  });

  it('speaks to each plainly while the sound sleeps, and mixes when it wakes', () => {
    mixer.able = false;
    peers.conference(['one', 'two']);
    expect([focused(), mixer.heard]).toEqual([['one', 'two'], {}]);
    mixer.able = true;
    peers.sourceChanged();
    expect(Object.keys(mixer.heard)).toEqual(['one', 'two']);
    mixer.able = false;
    peers.sourceChanged();
    expect(said().slice(0, 2)).toEqual(['microphone: desk', 'microphone: desk']);
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
