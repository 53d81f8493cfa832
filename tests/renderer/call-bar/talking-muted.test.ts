import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterSpoken,
  isTalking,
  silent,
} from '../../../src-renderer/desk/call-bar/talking-muted.ts';

/** Levels, one every 100 ms, and whether somebody talks after the last. */
function heard(levels: readonly number[]): boolean {
  const last = levels.reduce((state, level, at) => afterSpoken(state, level, at * 100), silent);
  return isTalking(last, (levels.length - 1) * 100);
}

const speech = 0.12;

describe('talking while muted', () => {
  it('is said after 300 ms of speech, not before', () => {
    expect(heard([speech, speech, speech])).toBe(false);
    expect(heard([speech, speech, speech, speech])).toBe(true);
  });

  it('is not said of a cough, of breath, or of clicks', () => {
    expect(heard([0, speech, speech, 0, 0])).toBe(false);
    expect(heard(Array.from({ length: 50 }, () => 0.02))).toBe(false);
    expect(heard(Array.from({ length: 50 }, (_, at) => (at % 2 === 0 ? speech : 0)))).toBe(false);
  });

  it('stays through the pauses between words and ends after them', () => {
    const sentence = [speech, speech, speech, speech];
    expect(heard([...sentence, ...Array.from({ length: 10 }, () => 0)])).toBe(true);
    expect(heard([...sentence, ...Array.from({ length: 16 }, () => 0)])).toBe(false);
  });

  it('is never said of silence, however long, and always of speech that lasts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 0.029, noNaN: true }), { minLength: 1 }),
        (quiet) => {
          expect(heard(quiet)).toBe(false);
          expect(heard([...quiet, speech, speech, speech, speech])).toBe(true);
        },
      ),
    );
  });
});
