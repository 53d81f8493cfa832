/** Nothing is ever sent that main did not allow, whatever comes in between. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { Mouth } from '../../../src-renderer/voice/mouth.ts';

class Track {
  enabled = true;
  stopped = false;
  readonly clones: Track[] = [];
  clone(): Track {
    const copy = new Track();
    this.clones.push(copy);
    return copy;
  }
  stop(): void {
    this.stopped = true;
  }
}

/** A sender that notes whether a track was allowed to sound when it got it. */
function sender() {
  const sent: { track: Track; enabled: boolean }[] = [];
  return {
    sent,
    replaceTrack: async (track: Track) => {
      sent.push({ track, enabled: track.enabled });
    },
  };
}

function mouth(muted: boolean) {
  const line = sender();
  const first = new Track();
  const made = new Mouth(
    line as unknown as RTCRtpSender,
    first as unknown as MediaStreamTrack,
    muted,
  );
  const now = () => line.sent.at(-1)?.track ?? first;
  return { made, first, line, now, source: new Track() };
}

describe('the mouth', () => {
  it('is silent before it is in focus', () => {
    expect(mouth(false).first.enabled).toBe(false);
  });

  it('keeps a mute over a change of microphone', async () => {
    const { made, now, source, line, first } = mouth(true);
    made.focused = true;
    await made.speak(source as unknown as MediaStreamTrack);
    expect(line.sent.at(-1)?.enabled).toBe(false);
    expect(first.stopped).toBe(true);
    made.muted = false;
    expect(now().enabled).toBe(true);
  });

  it('leaves the microphone itself alone', async () => {
    const { made, source } = mouth(false);
    await made.speak(source as unknown as MediaStreamTrack);
    made[Symbol.dispose]();
    expect(source.stopped).toBe(false);
    expect(source.clones.every((copy) => copy.stopped)).toBe(true);
  });

  const step = fc.oneof(
    fc.record({ muted: fc.boolean() }),
    fc.record({ focused: fc.boolean() }),
    fc.record({ holding: fc.boolean() }),
    fc.constantFrom('microphone' as const, 'mix' as const),
  );
  test.prop([fc.boolean(), fc.array(step, { maxLength: 40 })], { numRuns: 2_000 })(
    'sounds exactly while in focus, unmuted and not holding, a mix while not holding, after any history',
    async (muted, steps) => {
      const { made, now, source, line } = mouth(muted);
      const facts = { muted, focused: false, holding: false };
      let kind = 'microphone';
      const allowed = () => !facts.holding && (kind === 'mix' || (facts.focused && !facts.muted));
      for (const one of steps) {
        if (typeof one === 'string') {
          kind = one;
          await made.speak(source as unknown as MediaStreamTrack, one);
        } else {
          Object.assign(facts, one);
          Object.assign(made, one);
        }
        expect(now().enabled).toBe(allowed());
        expect(source.clones.filter((copy) => copy.enabled && !copy.stopped).length).toBe(
          allowed() && line.sent.length > 0 ? 1 : 0,
        );
      }
    },
  );

  it('obeys a mute also while the sender has not taken the next microphone yet', async () => {
    let taken = () => {};
    const first = new Track();
    const slow = { replaceTrack: () => new Promise<void>((resolve) => (taken = resolve)) };
    const made = new Mouth(
      slow as unknown as RTCRtpSender,
      first as unknown as MediaStreamTrack,
      false,
    );
    made.focused = true;
    const spoken = made.speak(new Track() as unknown as MediaStreamTrack);
    expect(first.enabled).toBe(true);
    made.muted = true;
    expect(first.enabled).toBe(false);
    taken();
    await spoken;
    expect(first.stopped).toBe(true);
  });
});
