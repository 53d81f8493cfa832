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
      for (const member of all) {
        const mix = plan.get(member.callId);
        expect(mix?.others).not.toContain(member.callId);
        expect(mix?.microphone).toBe(!member.muted && !member.away);
        for (const other of all)
          if (other !== member)
            expect(mix?.others.includes(other.callId)).toBe(!member.away && !other.away);
      }
    },
  );
});
