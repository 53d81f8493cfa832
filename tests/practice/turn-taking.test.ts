import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstTurn, takeTurn, usualTurns } from '../../src-practice/customers/turn-taking.ts';
import type { TurnAction } from '../../src-practice/customers/turn-taking.ts';

interface Moment {
  /** Seconds from the start. */
  readonly at: number;
  readonly action: TurnAction;
}

/** Plays a customer whose every line lasts two seconds against an operator. */
function play(
  operator: (second: number) => number,
  { lines = 3, seconds = 60, held = (second: number): boolean => second < 0 } = {},
): readonly Moment[] {
  let state = firstTurn(0);
  let until = 0;
  const done: Moment[] = [];
  for (let at = 10; at <= seconds * 1000; at += 10) {
    const heard = { at, level: operator(at / 1000), said: at >= until, held: held(at / 1000) };
    const [next, action] = takeTurn(state, heard, lines, usualTurns);
    state = next;
    if (!action) continue;
    done.push({ at: at / 1000, action });
    until = action.type === 'say' || action.type === 'halo' ? at + 2000 : 0;
  }
  return done;
}

const silence = -100;
const voice = -25;
/** Speech: loud, with a short gap in every half second. */
const speech = (second: number): number => (second % 0.5 < 0.42 ? voice : -60);
const types = (moments: readonly Moment[]): readonly string[] =>
  moments.map(({ action }) => action.type);

describe('a customer', () => {
  test('waits for the greeting and speaks 1.2 seconds after it', () => {
    const [first] = play((second) => (second > 0.5 && second < 2.5 ? speech(second) : silence));
    expect(first?.action).toEqual({ type: 'say', line: 0 });
    expect(first?.at).toBeGreaterThan(3.5);
    expect(first?.at).toBeLessThan(4.2);
  });

  test('speaks first to an operator who says nothing, asks "halo?" and hangs up', () => {
    const done = play(() => silence, { seconds: 120 });
    expect(types(done)).toEqual(['say', 'halo', 'hang-up']);
    const [say, halo, end] = done.map(({ at }) => at);
    expect(say).toBeCloseTo(3, 1);
    expect(halo! - say! - 2).toBeCloseTo(usualTurns.patience, 0);
    expect(end! - halo! - 2).toBeCloseTo(usualTurns.lastPatience, 0);
  });

  test('gives a line for every turn of the operator and hangs up after the last', () => {
    const done = play((second) => (second % 6 < 1.5 ? speech(second) : silence));
    expect(types(done)).toEqual(['say', 'say', 'say', 'hang-up']);
    expect(done.slice(0, 3).map(({ action }) => 'line' in action && action.line)).toEqual([
      0, 1, 2,
    ]);
  });

  test('gives way when talked over, and says the line again', () => {
    // The operator begins again half a second into the customer's first line.
    const done = play((second) => (second > 3.5 && second < 6 ? speech(second) : silence), {
      seconds: 9,
    });
    expect(done.map(({ action }) => action)).toEqual([
      { type: 'say', line: 0 },
      { type: 'stop' },
      { type: 'say', line: 0 },
    ]);
  });

  test('takes neither a click nor a steady hum for a voice', () => {
    const clicks = play((second) => (second % 1 < 0.03 ? -10 : -70), { seconds: 10 });
    expect(types(clicks)).toEqual(['say']);
    const hum = play(() => -35, { seconds: 40 });
    expect(types(hum)[0]).toBe('say');
  });

  test('is not silenced by a beeping microphone', () => {
    // What Chromium's fake microphone sounds like here, every half second, in dBFS per 10 ms.
    const beep = [-40, -9, -7, -11, -22, -24, -32, -37, -38, -40, -41, -43, -46, -47];
    const beeping = (second: number): number => beep[Math.round(second * 100) % 50] ?? -90;
    expect(types(play(beeping, { seconds: 10 }))).toEqual(['say']);
  });

  test('says nothing while held, and goes on afterwards', () => {
    const held = (second: number): boolean => second > 3.5 && second < 80;
    const done = play(() => silence, { held, seconds: 90 });
    expect(types(done)).toEqual(['say', 'stop', 'say']);
    expect(done[1]!.at).toBeCloseTo(3.5, 1);
    expect(done[2]!.at).toBeGreaterThan(80);
  });

  test('in any conversation: never begins while a voice sounds or on hold, each line in order, hangs up at most once and last', () => {
    const stretch = fc.record({
      ms: fc.integer({ min: 10, max: 8000 }),
      level: fc.constantFrom(silence, -70, -45, voice, -10),
      held: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(stretch, { maxLength: 25 }),
        fc.integer({ min: 1, max: 5 }),
        (parts, lines) => {
          let state = firstTurn(0);
          let at = 0;
          let until = 0;
          let expected = 0;
          let over = false;
          for (const part of parts) {
            for (let spent = 0; spent < part.ms; spent += 10) {
              at += 10;
              const said = at >= until;
              const [next, action] = takeTurn(
                state,
                { at, level: part.level, said, held: part.held },
                lines,
                usualTurns,
              );
              expect(next.said).toBeGreaterThanOrEqual(state.said);
              expect(next.said).toBeLessThanOrEqual(lines);
              if (next.said > state.said) expected = next.said;
              state = next;
              if (!action) continue;
              expect(over).toBe(false);
              if (action.type === 'hang-up') over = true;
              const speaks = action.type === 'say' || action.type === 'halo';
              expect(speaks && (part.held || state.ear.voice)).toBe(false);
              expect(action.type === 'say' ? action.line : expected).toBe(expected);
              until = speaks ? at + 1500 : 0;
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
