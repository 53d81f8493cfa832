/** Whoever is at the other end of a desk's audio: a customer who converses, an echo, a tone. */
import { assertNever } from '#shared/assert-never.ts';
import { blockLength, sampleRate } from '../media/peer.ts';
import { levelOf, toneSource } from '../media/tones.ts';
import type { Prompts } from '../media/prompts.ts';
import type { Conversation, Line } from './conversation.ts';
import { firstTurn, takeTurn } from './turn-taking.ts';
import type { TurnAction, TurnSettings } from './turn-taking.ts';

export interface Talker {
  /** Writes the next 10 ms to the desk; called every 10 ms once the call is answered. */
  fill(block: Int16Array): void;
  /** 10 ms from the desk. */
  heard(block: Int16Array): void;
  hold(held: boolean): void;
}

/** Says back what it hears. */
export function echoTalker(): Talker {
  const waiting: Int16Array[] = [];
  return {
    fill(block) {
      const next = waiting.shift();
      if (next) block.set(next.subarray(0, block.length));
    },
    heard(block) {
      // At most 200 ms late, however the two clocks drift.
      if (waiting.length >= 20) waiting.shift();
      waiting.push(block.slice());
    },
    hold() {
      waiting.length = 0;
    },
  };
}

/** A steady tone of 1004 Hz at -12 dBFS (peak): the telephone's own test tone. */
export function toneTalker(): Talker {
  const tone = toneSource(1004, -12, sampleRate);
  return { fill: (block) => tone.write(block), heard: () => {}, hold: () => {} };
}

/**
 * A customer who converses.
 * @param pitch 1 is the voice as recorded; each customer has one of its own.
 * @param hangUp called once, when the customer has had enough.
 */
export function customerTalker({
  conversation,
  language,
  pitch,
  prompts,
  turns,
  hangUp,
}: {
  readonly conversation: Conversation;
  readonly language: string;
  readonly pitch: number;
  readonly prompts: Prompts;
  readonly turns: TurnSettings;
  readonly hangUp: () => void;
}): Talker {
  let at = 0;
  let state = firstTurn(0);
  let level = -100;
  /** Blocks since anything was heard; no sound at all is silence. */
  let since = 0;
  let held = false;
  let voice: Int16Array | null = null;
  let place = 0;

  const sound = (line: Line): Int16Array =>
    join(line.map((name) => prompts.sound(language, name, pitch)));

  function act(action: TurnAction): void {
    switch (action.type) {
      case 'say':
        voice = sound(conversation.lines[action.line] ?? []);
        place = 0;
        return;
      case 'halo':
        voice = sound(conversation.halo);
        place = 0;
        return;
      case 'stop':
        voice = null;
        return;
      case 'hang-up':
        voice = null;
        hangUp();
        return;
      default:
        assertNever(action);
    }
  }

  return {
    fill(block) {
      at += 10;
      since += 1;
      const said = voice === null || place >= voice.length;
      const [next, action] = takeTurn(
        state,
        { at, level: since > 5 ? -100 : level, said, held },
        conversation.lines.length,
        turns,
      );
      state = next;
      if (action) act(action);
      if (voice === null) return;
      block.set(voice.subarray(place, place + blockLength));
      place += blockLength;
    },
    heard(block) {
      level = levelOf(block);
      since = 0;
    },
    hold(now) {
      held = now;
    },
  };
}

/** Sounds behind one another, with a breath between them; what is missing is left out. */
function join(sounds: readonly (Int16Array | null)[]): Int16Array {
  const breath = new Int16Array(sampleRate / 5);
  const parts = sounds.flatMap((one) => (one === null ? [] : [one, breath]));
  const whole = new Int16Array(parts.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
