import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDialogInfo, WatchedLine } from '../../../src-main/telephony/dialog-events.ts';
import { readMessageSummary } from '../../../src-main/telephony/mwi.ts';
import {
  afterRefusal,
  afterTermination,
  readSubscriptionState,
} from '../../../src-main/telephony/subscription-rules.ts';
import { fastClock, hurriedClock, lineBench } from '../../support/line-bench.ts';
import { dialogInfo, StubNotifier } from '../../support/stub-notifier.ts';
import { until } from '../../support/until.ts';

async function watching(options: NonNullable<Parameters<typeof lineBench>[0]> = {}) {
  const bench = await lineBench({ watches: ['202'], ...options, open: false });
  const exchange = new StubNotifier(bench.stub);
  exchange.first = (event) => (event === 'dialog' ? dialogInfo(0, []) : null);
  return {
    bench,
    exchange,
    open: () => bench.line.open(bench.account),
    colleague: () => bench.line.lights.colleagues[0],
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

const fresh = (state: string) => ({ extension: '202', state, stale: false });

describe('a colleague', () => {
  test('is seen ringing, talking and free again', async () => {
    await using up = await watching();
    expect(up.bench.line.lights).toEqual({ mailbox: null, colleagues: [] });
    await up.open();
    await until('free', () => up.colleague()?.state === 'idle' && !up.colleague()?.stale);
    const [asked] = up.exchange.askedFor('202');
    expect(asked?.header('event')).toBe('dialog');
    expect(asked?.header('accept')).toBe('application/dialog-info+xml');
    up.exchange.notify('202', dialogInfo(1, [{ id: 'a', state: 'early', direction: 'recipient' }]));
    await up.exchange.answered(200);
    await until('ringing', () => up.colleague()?.state === 'ringing');
    up.exchange.notify('202', dialogInfo(2, [{ id: 'a', state: 'confirmed' }], 'partial'));
    await until('talking', () => up.colleague()?.state === 'talking');
    up.exchange.notify('202', dialogInfo(3, [{ id: 'a', state: 'terminated' }], 'partial'));
    await until('free', () => up.colleague()?.state === 'idle');
    expect(up.colleague()).toEqual(fresh('idle'));
  });

  test('is unknown and stale before anything was heard, and tells each change', async () => {
    await using up = await watching();
    const told: string[] = [];
    up.bench.line.onLights((lights) => told.push(JSON.stringify(lights.colleagues[0] ?? null)));
    up.exchange.first = () => null;
    await up.open();
    await until('asked', () => up.exchange.askedFor('202').length > 0);
    expect(up.colleague()).toEqual({ extension: '202', state: 'unknown', stale: true });
    up.exchange.notify('202', dialogInfo(0, [{ id: 'a', state: 'confirmed' }]));
    await until('told', () => told.at(-1) === JSON.stringify(fresh('talking')));
  });

  test('is unknown, and not free, while the exchange has nothing to say of it (an empty body)', async () => {
    await using up = await watching();
    await up.open();
    await until('free', () => up.colleague()?.state === 'idle');
    up.exchange.notify('202', '');
    await up.exchange.answered(200);
    await until('unknown', () => up.colleague()?.state === 'unknown');
    up.exchange.notify('202', dialogInfo(1, [{ id: 'a', state: 'confirmed' }]));
    await until('talking', () => up.colleague()?.state === 'talking');
    expect(up.colleague()).toEqual(fresh('talking'));
  });

  test('who dials is busy, and does not ring', async () => {
    await using up = await watching();
    up.exchange.first = (event) =>
      event === 'dialog'
        ? dialogInfo(0, [{ id: 'a', state: 'early', direction: 'initiator' }])
        : null;
    await up.open();
    await until('talking', () => up.colleague()?.state === 'talking');
    expect(up.colleague()?.state).toBe('talking');
  });

  test('is asked for anew where a version was missed (RFC 4235 §4.3)', async () => {
    await using up = await watching();
    await up.open();
    await until('free', () => up.colleague()?.state === 'idle');
    up.exchange.notify('202', dialogInfo(5, [{ id: 'a', state: 'confirmed' }], 'partial'));
    await until('asked again', () => up.exchange.askedFor('202').length === 2);
    const [first, second] = up.exchange.askedFor('202');
    expect(second?.header('call-id')).toBe(first?.header('call-id'));
    expect(second?.header('to')).toContain('tag=');
  });

  test('whose exchange cannot count is asked for everything every few seconds, not as fast as it answers', async () => {
    await using up = await watching({ clock: fastClock(10) });
    let version = 0;
    const at: number[] = [];
    up.exchange.first = (event) => {
      if (event !== 'dialog') return null;
      at.push(up.bench.clock.now());
      return dialogInfo((version += 5), [], 'partial');
    };
    await up.open();
    await until('asked', () => at.length >= 4);
    const [, second = 0, third = 0, fourth = 0] = at;
    expect(third - second).toBeGreaterThan(4000);
    expect(fourth - third).toBeGreaterThan(4000);
    expect(up.colleague()).toEqual(fresh('idle'));
  });

  test('that the exchange will not refresh now lives on, and is asked for again when it says so', async () => {
    const clock = hurriedClock();
    await using up = await watching({ clock });
    await up.open();
    await until('free', () => up.colleague()?.state === 'idle');
    const before = up.exchange.answer;
    let refusedAt = 0;
    up.exchange.answer = () => {
      refusedAt = clock.now();
      up.exchange.answer = before;
      return { status: 503, headers: ['Retry-After: 60'] };
    };
    const stale: boolean[] = [];
    up.bench.line.onLights(() => stale.push(up.colleague()?.stale ?? true));
    up.exchange.notify('202', dialogInfo(5, [], 'partial'));
    await until('refused', () => refusedAt);
    clock.hurry();
    await until('asked again', () => up.exchange.askedFor('202').length === 3);
    expect(clock.now() - refusedAt).toBeGreaterThan(59_000);
    const [first, , again] = up.exchange.askedFor('202');
    expect(again?.header('call-id')).toBe(first?.header('call-id'));
    expect(stale).not.toContain(true);
  });

  test('is refreshed before it expires, in the same subscription', async () => {
    const clock = hurriedClock();
    await using up = await watching({ clock });
    up.exchange.expires = 60;
    await up.open();
    clock.hurry();
    await until('refreshed', () => up.exchange.askedFor('202').length >= 3);
    const [first, second] = up.exchange.askedFor('202');
    expect(second?.header('call-id')).toBe(first?.header('call-id'));
    expect(Number(second?.header('cseq').split(' ')[0])).toBe(2);
    expect(up.colleague()?.stale).toBe(false);
  });

  test('is refreshed along the path that its first NOTIFY came, whichever was sooner, that or the answer', async () => {
    const clock = hurriedClock();
    await using up = await watching({ clock });
    up.exchange.expires = 60;
    up.exchange.path = ['Record-Route: <sip:edge.test;lr>'];
    await up.open();
    clock.hurry();
    const refreshed = await until('refreshed', () => up.exchange.askedFor('202')[1]);
    expect(refreshed.header('route')).toBe('<sip:edge.test;lr>');
  });

  test('is stale when the subscription could not be renewed and its time is over', async () => {
    const clock = hurriedClock();
    await using up = await watching({ clock });
    up.exchange.expires = 60;
    await up.open();
    clock.hurry();
    await until('fresh', () => up.colleague()?.stale === false);
    up.exchange.answer = () => ({ status: 500 });
    await until('stale', () => up.colleague()?.stale === true);
    expect(up.colleague()?.state).toBe('idle');
    up.exchange.answer = () => ({ status: 200, headers: ['Expires: 60'] });
    await until('fresh again', () => up.colleague()?.stale === false);
  });

  test('takes the interval that the exchange insists on (423)', async () => {
    await using up = await watching();
    up.exchange.answer = (request) =>
      Number(request.header('expires')) < 7200
        ? { status: 423, headers: ['Min-Expires: 7200'] }
        : { status: 200, headers: ['Expires: 7200'] };
    await up.open();
    await until('fresh', () => up.colleague()?.stale === false);
    expect(up.exchange.askedFor('202').map((one) => one.header('expires'))).toEqual([
      '3600',
      '7200',
    ]);
  });

  test('that the exchange has forgotten (481) is asked for in a new subscription', async () => {
    await using up = await watching();
    await up.open();
    await until('fresh', () => up.colleague()?.stale === false);
    up.exchange.answer = (request) =>
      /tag=/.test(request.header('to'))
        ? { status: 481 }
        : { status: 200, headers: ['Expires: 600'] };
    up.exchange.notify('202', dialogInfo(9, [], 'partial'));
    await until('a new one', () => up.exchange.askedFor('202').length === 3);
    const [, second, third] = up.exchange.askedFor('202');
    expect(third?.header('call-id')).not.toBe(second?.header('call-id'));
    await until('fresh again', () => up.colleague()?.stale === false);
  });

  test.each([
    ['deactivated', 2],
    ['timeout', 2],
    ['probation;retry-after=1', 2],
    ['rejected', 1],
    ['noresource', 1],
  ])('whose subscription ends as %s is asked for %d times', async (reason, times) => {
    const clock = hurriedClock();
    await using up = await watching({ clock });
    await up.open();
    clock.hurry();
    await until('fresh', () => up.colleague()?.stale === false);
    up.exchange.notify('202', '', `terminated;reason=${reason}`);
    await until('stale or again', () =>
      times === 1 ? up.colleague()?.stale === true : up.exchange.askedFor('202').length === times,
    );
    await new Promise<void>((resolve) => void up.bench.clock.after(4000, resolve));
    expect(up.exchange.askedFor('202')).toHaveLength(times);
    expect(up.colleague()?.stale).toBe(times === 1);
  });

  test('is subscribed to anew on a new connection, and stale in between', async () => {
    await using up = await watching();
    await up.open();
    await until('fresh', () => up.colleague()?.stale === false);
    await up.bench.stub.stop();
    await until('stale', () => up.colleague()?.stale === true);
    await up.bench.stub.listen();
    await until('fresh again', () => up.colleague()?.stale === false);
    const [first, second] = up.exchange.askedFor('202');
    expect(second?.header('call-id')).not.toBe(first?.header('call-id'));
  });

  test('is no longer watched when the line is closed', async () => {
    await using up = await watching();
    await up.open();
    await until('fresh', () => up.colleague()?.stale === false);
    await up.bench.line.close();
    await until('unsubscribed', () =>
      up.exchange.askedFor('202').some((one) => one.header('expires') === '0'),
    );
    expect(up.bench.line.lights.colleagues).toEqual([]);
  });

  test('whose document is bad stays as known, and the NOTIFY is answered', async () => {
    await using up = await watching();
    await up.open();
    await until('fresh', () => up.colleague()?.stale === false);
    for (const bad of [
      '<dialog-info',
      `<!DOCTYPE a [<!ENTITY b "c">]>${dialogInfo(3, [])}`,
      'x'.repeat(70_000),
    ]) {
      up.exchange.notify('202', bad);
      await up.exchange.answered(200);
    }
    expect(up.colleague()).toEqual(fresh('idle'));
    expect(
      up.bench.logged.filter((line) => line.startsWith('dialog information dropped')),
    ).toHaveLength(3);
  });
});

test('a hundred colleagues are asked for a few at a time', async () => {
  const watches = Array.from({ length: 100 }, (_, index) => String(300 + index));
  await using up = await watching({ watches });
  let open = 0;
  let most = 0;
  up.exchange.answer = (request) => {
    most = Math.max(most, ++open);
    queueMicrotask(() => open--);
    return { status: 200, headers: [`Expires: ${request.header('expires')}`] };
  };
  await up.open();
  await until('all', () => up.exchange.asked.length === 101);
  expect(most).toBeLessThanOrEqual(4);
  await until('all fresh', () => up.bench.line.lights.colleagues.every(({ stale }) => !stale));
});

describe('the mailbox', () => {
  const summary =
    'Messages-Waiting: yes\r\nMessage-Account: sip:201@x\r\nVoice-Message: 2/8 (0/2)\r\n';

  test('is told by its subscription', async () => {
    await using up = await watching();
    up.exchange.first = (event) => (event === 'message-summary' ? summary : null);
    await up.open();
    await until('a mailbox', () => up.bench.line.lights.mailbox !== null);
    expect(up.bench.line.lights.mailbox).toEqual({ waiting: true, fresh: 2, old: 8 });
    expect(up.exchange.askedFor('ana')[0]?.header('event')).toBe('message-summary');
  });

  test('is not known any more while the line is lost', async () => {
    await using up = await watching();
    await up.open();
    await until('asked', () =>
      up.exchange.asked.some((one) => one.header('event') === 'message-summary'),
    );
    up.exchange.notify('ana', 'Messages-Waiting: yes\r\nVoice-Message: 2/1\r\n');
    await until('told', () => up.bench.line.lights.mailbox?.fresh === 2);
    await up.bench.stub.stop();
    await until('lost', () => up.bench.line.state.phase === 'lost');
    expect(up.bench.line.lights.mailbox).toBeNull();
  });

  test('is told unasked, as Asterisk does', async () => {
    await using up = await watching();
    up.exchange.answer = () => ({ status: 404 });
    await up.open();
    await until('refused', () => up.exchange.askedFor('ana').length === 1);
    up.exchange.unasked(
      ['Event: message-summary', 'Content-Type: application/simple-message-summary'],
      summary,
    );
    await up.exchange.answered(200);
    expect(up.bench.line.lights.mailbox).toEqual({ waiting: true, fresh: 2, old: 8 });
  });

  test('that is not there is null, and other unasked news are refused 481', async () => {
    await using up = await watching();
    up.exchange.answer = () => ({ status: 404 });
    await up.open();
    await until('asked', () => up.exchange.askedFor('ana').length === 1);
    expect(up.bench.line.lights.mailbox).toBeNull();
    up.exchange.unasked(['Event: presence'], '');
    await up.exchange.answered(481);
  });

  test.each([
    ['Messages-Waiting: no\r\n', { waiting: false, fresh: 0, old: 0 }],
    ['messages-waiting : YES\r\nvoice-message : 3 / 4\r\n', { waiting: true, fresh: 3, old: 4 }],
    ['Voice-Message: 1/1', null],
    ['', null],
  ])('is read from %j', (body, mailbox) => {
    expect(readMessageSummary(body)).toEqual(mailbox);
  });
});

describe('the state of a subscription', () => {
  test.each([
    ['active;expires=600', { state: 'active', expires: 600 }],
    ['Pending ; Expires=1', { state: 'pending', expires: 1 }],
    ['terminated;reason=probation;retry-after=30', { reason: 'probation', retryAfter: 30 }],
    ['active;expires=-4', { expires: null }],
  ])('is read from %s', (written, read) => {
    expect(readSubscriptionState(written)).toMatchObject(read);
  });

  test('that is none is none', () => {
    for (const bad of [undefined, '', 'waiting', ';expires=1'])
      expect(readSubscriptionState(bad)).toBeNull();
  });

  test('whatever ends it, it is asked for again later or never, but not at once again and again', () => {
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const reason = fc.constantFrom(
      null,
      'deactivated',
      'probation',
      'giveup',
      'timeout',
      'rejected',
      'noresource',
      'new',
    );
    fc.assert(
      fc.property(
        reason,
        fc.option(fc.nat(100_000), { nil: null }),
        fc.nat(50),
        chance,
        (why, after, failures, drawn) => {
          const ms = afterTermination(why, after, failures, drawn);
          if (ms === null) return;
          const free = after === null || why === 'timeout' || why === 'deactivated';
          expect(ms).toBeGreaterThanOrEqual(free ? (failures === 0 ? 100 : 2500) : 0);
          expect(ms).toBeLessThanOrEqual(86_401_000);
        },
      ),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 300, max: 699 }),
        fc.nat(50),
        chance,
        (status, failures, drawn) => {
          const { afterMs } = afterRefusal(status, Number.NaN, failures, drawn);
          expect(afterMs ?? 100).toBeGreaterThanOrEqual(100);
        },
      ),
    );
    expect(afterRefusal(489, Number.NaN, 0, 0).afterMs).toBeNull();
    expect(afterRefusal(503, 20, 0, 0)).toEqual({ ends: false, afterMs: 20_000 });
  });
});

test('no document, whatever it holds, is more than can be read', () => {
  const line = new WatchedLine();
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ maxLength: 20 }).map((id) => dialogInfo(1, [{ id, state: 'early' }])),
    fc.nat(100).map((deep) => `${'<a>'.repeat(deep)}${'</a>'.repeat(deep)}`),
  );
  fc.assert(
    fc.property(nasty, (body) => {
      const info = readDialogInfo(body);
      if (info) line.take(info);
      expect(['idle', 'ringing', 'talking']).toContain(line.use);
      readMessageSummary(body);
    }),
    { numRuns: 2000 },
  );
});

test('an older version changes nothing, a full one replaces all', () => {
  const line = new WatchedLine();
  const read = (text: string) => {
    const info = readDialogInfo(text);
    if (!info) throw new Error('unreadable');
    return line.take(info);
  };
  expect(read(dialogInfo(4, [{ id: 'a', state: 'confirmed' }]))).toBe(false);
  expect(read(dialogInfo(3, []))).toBe(false);
  expect(line.use).toBe('talking');
  expect(read(dialogInfo(5, [{ id: 'b', state: 'early' }]))).toBe(false);
  expect(line.use).toBe('ringing');
  line.restart();
  expect(read(dialogInfo(0, []))).toBe(false);
  expect(line.use).toBe('idle');
});
