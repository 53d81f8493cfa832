import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { endOfCancel, endOfRefusal } from '../../../src-main/telephony/call-end.ts';
import { glareDelay } from '../../../src-main/telephony/glare-delay.ts';
import { audioOfferFault } from '../../../src-main/telephony/offer-fault.ts';
import { reconnectDelay, type LostLine } from '../../../src-main/telephony/reconnect-delay.ts';
import { sdp } from '../../support/fake-voice-page.ts';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('the first try to reconnect comes within 250 ms; none waits longer than 2 s in the first minutes, and 5 s later', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.nat(3_600_000), random, (failures, lostMs, chance) => {
      const delay = reconnectDelay({ failures, lostMs, triedMs: 0, unanswered: false }, chance);
      expect(delay).toBeGreaterThan(0);
      expect(delay).toBeLessThanOrEqual(failures === 0 ? 250 : lostMs < 300_000 ? 2000 : 5000);
      expect(delay).toBeGreaterThanOrEqual(failures === 0 ? 20 : 250);
    }),
  );
});

test('who met silence knocks again at once for five minutes; who was answered quickly does not', () => {
  const silent = { failures: 9, lostMs: 300_000, triedMs: 1250, unanswered: true };
  fc.assert(
    fc.property(fc.nat(1000), fc.nat(299_999), random, (failures, lostMs, chance) => {
      const met = (lost: Partial<LostLine>) =>
        reconnectDelay({ ...silent, lostMs, ...lost }, chance);
      expect(met({ failures })).toBeLessThanOrEqual(250);
      expect(met({ failures: failures + 1, triedMs: 1 })).toBeGreaterThan(248);
      expect(met({ failures: failures + 3, lostMs: 300_000 })).toBeGreaterThanOrEqual(20);
    }),
  );
  expect(reconnectDelay(silent, 1)).toBe(3750);
});

test('after a glare the owner of the Call-ID waits longer than the other side ever does', () => {
  fc.assert(
    fc.property(random, random, (one, other) => {
      const owner = glareDelay(true, one);
      expect(owner).toBeGreaterThanOrEqual(2100);
      expect(owner).toBeLessThanOrEqual(4000);
      expect(glareDelay(false, other)).toBeLessThanOrEqual(2000);
      expect(owner % 10).toBe(0);
    }),
  );
});

test('every refusal of an outgoing call has a meaning', () => {
  for (let status = 300; status < 700; status++) expect(endOfRefusal(status)).toBeTruthy();
  expect(endOfCancel([])).toBe('missed');
  expect(endOfCancel(['Q.850;cause=16'])).toBe('missed');
});

test('an offer is judged before anybody is rung', () => {
  expect(audioOfferFault(undefined, '')).toBeNull();
  expect(audioOfferFault('application/sdp', sdp())).toBeNull();
  expect(audioOfferFault('Application/SDP; charset=utf-8', sdp())).toBeNull();
  expect(audioOfferFault('application/sdp', sdp().replace('m=audio', 'm=video'))).toBe(488);
  expect(audioOfferFault(undefined, sdp())).toBe(415);
});
