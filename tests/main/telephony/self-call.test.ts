/** The desk's call to itself through the exchange: it proves that calls arrive, and rings nobody. */
import { describe, expect, test } from 'vitest';
import { sdp } from '../../support/fake-voice-page.ts';
import { fastClock, lineBench, type LineBench } from '../../support/line-bench.ts';
import type { StubCall } from '../../support/stub-call.ts';
import { until } from '../../support/until.ts';

/** An exchange that calls back whoever calls himself, as one that stands between two dialogs does. */
function loops(bench: LineBench, from = '"Ana" <sip:201@stub.test>') {
  const made: { out?: StubCall; back?: StubCall } = {};
  bench.stub.onCall = (out) => {
    const back = bench.stub.invite({ from });
    Object.assign(made, { out, back });
    void back.answered().then(() => out.respond(200, sdp()));
  };
  return made;
}

const none = new AbortController().signal;
const closed = (bench: LineBench) =>
  until('the peers are closed', () => bench.page.peers.size === 0);

describe('a call to oneself', () => {
  test('arrives, is answered by the desk itself, and ends at both ends', async () => {
    await using bench = await lineBench({ clock: fastClock(8) });
    const made = loops(bench);
    bench.page.packetsArrive = false;
    const result = await bench.line.callSelf(none);
    expect(result.ringMs).toBeGreaterThanOrEqual(0);
    expect(result).toMatchObject({ roundTripMs: null, loss: null });
    expect(made.out?.requests('INVITE')[0]?.first).toBe('INVITE sip:201@stub.test SIP/2.0');
    await made.out?.asked('BYE');
    await made.back?.asked('BYE');
    expect(bench.rang).toEqual([]);
    await closed(bench);
    await bench.line.callSelf(none);
  });

  test('leaves a customer who calls meanwhile to the operator', async () => {
    await using bench = await lineBench({ clock: fastClock(8) });
    bench.stub.onCall = (out) => {
      bench.stub.invite();
      const back = bench.stub.invite({ from: '<sip:ana@stub.test>' });
      void back.answered().then(() => out.respond(200, sdp()));
    };
    const calling = bench.line.callSelf(none);
    const { party } = await bench.nextRing();
    expect(party.number).toBe('+38641123456');
    await calling;
    expect(bench.rang).toHaveLength(1);
  });

  test('that the exchange refuses is refused with what it said', async () => {
    await using bench = await lineBench();
    bench.stub.onCall = (out) => out.respond(404);
    await expect(bench.line.callSelf(none)).rejects.toMatchObject({
      code: 'REFUSED',
      message: '404 Said',
    });
    await closed(bench);
  });

  test('that never arrives is given up', async () => {
    await using bench = await lineBench({ clock: fastClock(8) });
    const calls: StubCall[] = [];
    bench.stub.onCall = (out) => {
      calls.push(out);
      out.respond(180);
    };
    await expect(bench.line.callSelf(none)).rejects.toMatchObject({ code: 'REFUSED' });
    await calls[0]?.asked('CANCEL');
    await closed(bench);
  });

  test('can be called off', async () => {
    await using bench = await lineBench();
    const made = loops(bench);
    const off = new AbortController();
    const calling = bench.line.callSelf(off.signal);
    await until('it arrives', () => made.back);
    off.abort();
    await expect(calling).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await closed(bench);
    await expect(bench.line.callSelf(off.signal)).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await closed(bench);
  });

  test('that was called off rings nobody when it comes after all, and a later one from there does', async () => {
    const clock = fastClock(8);
    await using bench = await lineBench({ clock });
    const calls: StubCall[] = [];
    bench.stub.onCall = (out) => void calls.push(out);
    const off = new AbortController();
    const calling = bench.line.callSelf(off.signal);
    await until('it goes out', () => calls[0]);
    off.abort();
    await expect(calling).rejects.toMatchObject({ code: 'WRONG_STATE' });
    const late = bench.stub.invite({ from: '"Ana" <sip:201@stub.test>' });
    await late.response(486);
    expect(bench.rang).toEqual([]);
    await new Promise<void>((resolve) => clock.after(2_100, resolve));
    bench.stub.invite({ from: '"Ana" <sip:201@stub.test>' });
    await bench.nextRing();
  });

  test('is one at a time, and needs a line and a page', async () => {
    await using bench = await lineBench({ clock: fastClock(4) });
    loops(bench);
    const first = bench.line.callSelf(none);
    await expect(bench.line.callSelf(none)).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await first;
    bench.page.leave();
    await until('no page', () => !bench.voice.present);
    await expect(bench.line.callSelf(none)).rejects.toMatchObject({ code: 'NO_VOICE' });
    await bench.line.close();
    await expect(bench.line.callSelf(none)).rejects.toMatchObject({ code: 'LINE_DOWN' });
  });

  test('does not outlive the socket', async () => {
    await using bench = await lineBench();
    const made = loops(bench);
    const calling = bench.line.callSelf(none);
    await until('it arrives', () => made.back);
    bench.stub.drop();
    await expect(calling).rejects.toMatchObject({ name: 'LineError' });
    await closed(bench);
  });
});
