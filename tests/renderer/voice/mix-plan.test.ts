/** Who hears whom. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { mixPlan } from '../../../src-renderer/voice/mix-plan.ts';

const members = fc.uniqueArray(
  fc.record({
    callId: fc.constantFrom('one', 'two', 'three', 'four', 'five'),
    muted: fc.boolean(),
    away: fc.boolean(),
  }),
  { selector: (member) => member.callId },
);

describe('a conference', () => {
  test.prop([members], { numRuns: 10_000 })(
    'sends nobody his own voice, everybody all the others, and nobody who is away',
    (all) => {
      const plan = mixPlan(all);
      expect([...plan.keys()].sort()).toEqual(all.map((member) => member.callId).sort());
      // One assertion a run: ten thousand runs of many would take minutes.
      const wrong = all.filter((member) => {
        const mix = plan.get(member.callId);
        const hears = (other: typeof member) => mix?.others.includes(other.callId) === true;
        return (
          mix?.microphone !== (!member.muted && !member.away) ||
          all.some((other) => hears(other) !== (other !== member && !member.away && !other.away))
        );
      });
      expect(wrong).toEqual([]);
    },
  );
});
