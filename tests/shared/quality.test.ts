import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import {
  burstRatioOf,
  codecImpairment,
  delayImpairment,
  lossImpairment,
  meanOpinion,
  rating,
  warningAfter,
  type Heard,
} from '#shared/model/quality.ts';

const g711 = codecImpairment('PCMA');
const good: Heard = {
  loss: 0,
  delayMs: 60,
  nothingComes: false,
  lossThere: 0,
  spokenUnsent: false,
};

describe('the E-model', () => {
  test('rates a call without any fault as G.107 does with its default values', () => {
    const r = rating({ codec: g711, delayMs: 0, loss: 0, burstRatio: 1 });
    expect(r).toBeCloseTo(93.2, 1);
    expect(meanOpinion(r)).toBeCloseTo(4.41, 2);
  });

  test.each([
    // ITU-T G.107 Annex B, Table B.1
    [90, 4.34],
    [80, 4.03],
    [70, 3.6],
    [60, 3.1],
    [50, 2.58],
  ])('makes of a rating of %d the mean opinion score %d of the table', (r, mos) => {
    expect(Math.abs(meanOpinion(r) - mos)).toBeLessThan(0.011);
  });

  test.each([
    // ITU-T G.113 (02/2001) Appendix I, Table I.2: G.711 with concealment, random loss.
    [0, 0],
    [1, 5],
    [2, 7],
    [3, 10],
    [5, 15],
  ])('charges %d %% of lost packets as the table for G.711 does', (percent, impairment) => {
    const charged = lossImpairment(g711, percent / 100, 1);
    expect(Math.abs(charged - impairment)).toBeLessThan(1.5);
  });

  test.each([
    // Cole and Rosenbluth, "Voice over IP performance monitoring" (2001): 0.024 d + 0.11 (d − 177.3) beyond 177.3 ms.
    [50, 1.2],
    [100, 2.4],
    [150, 3.6],
    [200, 7.3],
    [300, 20.7],
    [400, 34.1],
  ])('charges %d ms of delay about as the known straight lines do', (delay, impairment) => {
    expect(Math.abs(delayImpairment(delay) - impairment)).toBeLessThan(3.1);
  });

  test('never rates higher for more loss, more delay or longer bursts', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const delay = fc.double({ min: 0, max: 2000, noNaN: true });
    const burst = fc.double({ min: 1, max: 4, noNaN: true });
    const codec = fc.constantFrom('opus', 'PCMU', 'PCMA', 'G722', 'G729', null);
    fc.assert(
      fc.property(codec, share, share, delay, delay, burst, burst, (name, a, b, d, e, m, n) => {
        const at = (loss: number, delayMs: number, burstRatio: number): number =>
          rating({ codec: codecImpairment(name), loss, delayMs, burstRatio });
        const better = at(Math.min(a, b), Math.min(d, e), Math.min(m, n));
        const worse = at(Math.max(a, b), Math.max(d, e), Math.max(m, n));
        expect(better).toBeGreaterThanOrEqual(worse - 0.1);
        expect(meanOpinion(better)).toBeGreaterThanOrEqual(1);
        expect(meanOpinion(better)).toBeLessThanOrEqual(4.5);
      }),
      { numRuns: 10_000 },
    );
  });

  test('hears bursts: the same loss in one lump is worse than spread out', () => {
    const interval = (lost: number) => ({ expected: 100, lost });
    const spread = [1, 2, 1, 2, 1].map(interval);
    const lump = [0, 0, 7, 0, 0].map(interval);
    expect(burstRatioOf(spread)).toBe(1);
    expect(burstRatioOf(lump)).toBeGreaterThan(2);
    expect(lossImpairment(g711, 0.014, burstRatioOf(lump))).toBeGreaterThan(
      lossImpairment(g711, 0.014, burstRatioOf(spread)),
    );
  });

  test('takes nothing from too few intervals, from none lost and from all lost', () => {
    expect(burstRatioOf([])).toBe(1);
    expect(burstRatioOf([{ expected: 0, lost: 0 }])).toBe(1);
    expect(burstRatioOf(Array.from({ length: 5 }, () => ({ expected: 100, lost: 0 })))).toBe(1);
    expect(burstRatioOf(Array.from({ length: 5 }, () => ({ expected: 100, lost: 100 })))).toBe(1);
  });
});

describe('a warning', () => {
  test('names what the operator can do something about', () => {
    expect(warningAfter(null, good)).toBeNull();
    expect(warningAfter(null, { ...good, loss: 0.06 })).toBe('network-loss');
    expect(warningAfter(null, { ...good, delayMs: 450 })).toBe('network-delay');
    expect(warningAfter(null, { ...good, nothingComes: true })).toBe('not-heard');
    expect(warningAfter(null, { ...good, lossThere: 0.2 })).toBe('you-are-not-heard');
    expect(warningAfter(null, { ...good, spokenUnsent: true })).toBe('you-are-not-heard');
    expect(warningAfter(null, { ...good, delayMs: null, lossThere: null })).toBeNull();
  });

  test('tells the worst first', () => {
    const all: Heard = {
      loss: 0.5,
      delayMs: 900,
      nothingComes: true,
      lossThere: 0.5,
      spokenUnsent: true,
    };
    expect(warningAfter(null, all)).toBe('not-heard');
    expect(warningAfter(null, { ...all, nothingComes: false })).toBe('you-are-not-heard');
  });

  test('does not flicker: between its two limits it stays what it was', () => {
    const between = { ...good, loss: 0.03 };
    expect(warningAfter(null, between)).toBeNull();
    expect(warningAfter('network-loss', between)).toBe('network-loss');
    expect(warningAfter('network-loss', { ...good, loss: 0.01 })).toBeNull();
    const slow = { ...good, delayMs: 350 };
    expect(warningAfter(null, slow)).toBeNull();
    expect(warningAfter('network-delay', slow)).toBe('network-delay');
  });
});
