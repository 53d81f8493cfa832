/** Plays a tone in the ear and listens for it in the microphone: does this headset carry sound both ways? */
import { Meter, rootMeanSquare } from './meter.ts';
import type { SoundContext } from './sound-context.ts';
import { levelAt } from './tone-level.ts';

export interface LoopTest {
  /** Level of the tone in the microphone, 0 to 1. */
  readonly heard: number;
  /** The loudest the microphone heard, 0 to 1. */
  readonly spoken: number;
  /** The tone came back, clearly above what the microphone hears at this pitch without it. */
  readonly looped: boolean;
}

export interface LoopTestDeps {
  readonly seconds: number;
  /** Aborted, the tone ends at once: a call has come. */
  readonly signal: AbortSignal | undefined;
  readonly sending: SoundContext;
  readonly hearing: SoundContext;
  /** A capture of its own, with no echo taken away. */
  readonly open: () => Promise<MediaStreamTrack>;
}

/** Hertz: no note of a ring, no harmonic of the mains, well inside what every headset carries. */
const pitch = 1_130;
const loudness = 0.1;
/** Milliseconds between two looks: about what one look covers. */
const lookEvery = 80;
/** The share of the time in which the room is listened to before the tone begins. */
const roomFirst = 0.25;
/** Levels: what electronics hum by themselves, and how far above the room the tone must be. */
const least = 0.0005;
const above = 4;

/** Errors: the browser's, where no microphone can be opened; the signal's reason, once it is aborted. */
export async function testLoop(deps: LoopTestDeps): Promise<LoopTest> {
  const { seconds, signal, sending, hearing } = deps;
  const track = await deps.open();
  using meter = new Meter(sending);
  meter.listen(track);
  const tone = hearing.context.createOscillator();
  let sounds = false;
  const gain = hearing.context.createGain();
  tone.frequency.value = pitch;
  gain.gain.value = loudness;
  tone.connect(gain).connect(hearing.context.destination);
  let spoken = 0;
  const listen = async (forSeconds: number): Promise<number[]> => {
    const levels: number[] = [];
    const until = performance.now() + forSeconds * 1_000;
    while (performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, lookEvery));
      signal?.throwIfAborted();
      const samples = meter.samples();
      levels.push(levelAt(samples, pitch, sending.context.sampleRate));
      spoken = Math.max(spoken, rootMeanSquare(samples));
    }
    return levels;
  };
  try {
    const room = median(await listen(seconds * roomFirst));
    tone.start();
    sounds = true;
    const heard = median(await listen(seconds * (1 - roomFirst)));
    return { heard, spoken, looped: heard > Math.max(least, room * above) };
  } finally {
    // One that was never started cannot be stopped; one that sounds on into nothing is never given back.
    if (sounds) tone.stop();
    tone.disconnect();
    gain.disconnect();
    track.stop();
  }
}

function median(levels: readonly number[]): number {
  return [...levels].sort((one, other) => one - other)[Math.floor(levels.length / 2)] ?? 0;
}
