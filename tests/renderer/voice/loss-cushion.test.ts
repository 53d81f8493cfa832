/** When the jitter buffer is made longer, and when its delay is given back. */
import { describe, expect, it } from 'vitest';
import { cushion, LossCushion } from '../../../src-renderer/voice/loss-cushion.ts';

/** Looks every 100 ms at a call of 50 packets a second, of which `lost(at)` tells whether one is lost. */
function call(seconds: number, lost: (packet: number) => boolean, codec: string | null = 'opus') {
  const watch = new LossCushion();
  const held: (number | null)[] = [];
  let packetsLost = 0;
  for (let packet = 0; packet < seconds * 50; packet += 1) {
    if (lost(packet)) packetsLost += 1;
    const packetsReceived = packet + 1 - packetsLost;
    if (packet % 5 === 4)
      held.push(watch.look(packet * 20, { codec, packetsReceived, packetsLost }));
  }
  return held;
}

describe('the jitter buffer', () => {
  it('is as short as the browser likes while nothing is lost', () => {
    expect(new Set(call(60, () => false))).toEqual(new Set([null]));
  });

  it('is left alone for one packet lost now and then', () => {
    expect(new Set(call(60, (packet) => packet % 250 === 100))).toEqual(new Set([null]));
  });

  it('holds the successor of a lost packet within two seconds of a loss of 5 %', () => {
    const held = call(10, (packet) => packet % 20 === 10);
    expect(held.slice(0, 2)).toEqual([null, null]);
    expect(held.slice(20)).not.toContain(null);
    expect(held.at(-1)).toBe(cushion);
  });

  it('gives the delay back twenty seconds after the last loss', () => {
    const held = call(40, (packet) => packet < 500 && packet % 20 === 10);
    expect(held[29 * 10]).toBe(cushion);
    expect(held.at(-1)).toBe(null);
  });

  it('does not begin anew when the counters do, as after a new description', () => {
    const watch = new LossCushion();
    const look = (at: number, packetsReceived: number, packetsLost: number) =>
      watch.look(at, { codec: 'opus', packetsReceived, packetsLost });
    expect([look(0, 1_000, 40), look(100, 0, 0), look(200, 5, 0)]).toEqual([null, null, null]);
  });

  it('is left alone where no packet carries a copy', () => {
    expect(new Set(call(10, (packet) => packet % 10 === 5, 'PCMA'))).toEqual(new Set([null]));
    expect(new Set(call(10, (packet) => packet % 10 === 5, null))).toEqual(new Set([null]));
  });
});
