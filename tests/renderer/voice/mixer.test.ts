/** What a conference's members are sent, and how loud the operator is in it, with a sound graph that only adds. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Mixer } from '../../../src-renderer/voice/mixer.ts';
import { mixPlan } from '../../../src-renderer/voice/mix-plan.ts';
import type { SoundContext } from '../../../src-renderer/voice/sound-context.ts';
import { ownLevel } from '../../../src-renderer/voice/level.ts';

interface Track {
  level: number;
  stop(): void;
}
const track = (level: number): Track => ({ level, stop: () => undefined });

class Node {
  readonly context = {};
  readonly from = new Set<Node>();
  readonly #into = new Set<Node>();
  get level(): number {
    return [...this.from].reduce((sum, node) => sum + node.level, 0);
  }
  connect(into: Node): Node {
    this.#into.add(into);
    into.from.add(this);
    return into;
  }
  disconnect(one?: Node): void {
    if (one && !this.#into.has(one)) throw new Error('not connected');
    for (const into of one ? [one] : [...this.#into]) {
      this.#into.delete(into);
      into.from.delete(this);
    }
  }
}
class Source extends Node {
  readonly #track: Track;
  constructor(from: Track) {
    super();
    this.#track = from;
  }
  override get level(): number {
    return this.#track.level;
  }
}
class Destination extends Node {
  readonly #track = track(0);
  readonly stream = { getAudioTracks: () => [this.#sounding()], getTracks: () => [this.#track] };
  #sounding(): Track {
    this.#track.level = this.level;
    return this.#track;
  }
}
class Analyser extends Node {
  getFloatTimeDomainData(samples: Float32Array): void {
    samples.fill(this.level);
  }
}
class Stream {
  readonly tracks: readonly Track[];
  constructor(tracks: readonly Track[]) {
    this.tracks = tracks;
  }
}

const sound = {
  running: true,
  guard: () => null,
  context: {
    createGain: () => new Node(),
    createMediaStreamSource: ({ tracks: [one] }: Stream) => new Source(one ?? track(0)),
  },
};
const calls = ['one', 'two', 'three'];
const voices: Record<string, Track> = {};
let microphone: Track;
let mixer: Mixer;

beforeEach(() => {
  vi.stubGlobal('MediaStream', Stream);
  vi.stubGlobal('AnalyserNode', Analyser);
  vi.stubGlobal('MediaStreamAudioDestinationNode', Destination);
  for (const [at, callId] of calls.entries()) voices[callId] = track((at + 1) / 100);
  microphone = track(0.5);
  mixer = new Mixer(sound as unknown as SoundContext);
});
afterEach(() => vi.unstubAllGlobals());

function mix(muted: boolean, away: string | null = null): void {
  mixer.mix(
    mixPlan(calls.map((callId) => ({ callId, muted, away: callId === away }))),
    microphone as unknown as MediaStreamTrack,
    (callId) => voices[callId] as unknown as MediaStreamTrack,
  );
}
const sentTo = (callId: string) => (mixer.track(callId) as unknown as Track).level;
const ownIn = (callId: string) => ownLevel(sentTo(callId), mixer.ownLevel(callId));

describe('how loud the operator is in a conference', () => {
  it('is the microphone alone, though the others are in the mix too', () => {
    mix(false);
    expect(sentTo('one')).toBeCloseTo(0.55);
    expect(ownIn('one')).toBeCloseTo(0.5);
  });

  it('is nothing while the operator is muted and the others speak', () => {
    mix(true);
    for (const callId of calls) {
      expect(sentTo(callId)).toBeGreaterThan(0.01);
      expect(ownIn(callId)).toBe(0);
    }
    mix(false);
    expect(ownIn('two')).toBeCloseTo(0.5);
  });

  it('follows another microphone', () => {
    mix(false);
    microphone = track(0.2);
    mix(false);
    expect(ownIn('three')).toBeCloseTo(0.2);
    mix(true);
    expect(ownIn('three')).toBe(0);
  });

  it('is nothing for one on hold, and never louder than what is sent', () => {
    mix(false, 'two');
    expect([sentTo('two'), ownIn('two')]).toEqual([0, 0]);
    expect(ownLevel(0, 0.5)).toBe(0);
  });

  it('is not asked for without a mix: what is sent is the microphone', () => {
    expect(mixer.ownLevel('one')).toBeNull();
    expect(ownLevel(0.3, mixer.ownLevel('one'))).toBe(0.3);
    mix(true);
    mixer.mix(new Map(), microphone as unknown as MediaStreamTrack, () => {
      throw new Error('nobody is asked');
    });
    expect(mixer.ownLevel('one')).toBeNull();
  });
});
