import { readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../../src-main/system-clock.ts';
import { certificateReason } from '../../../src-renderer/desk/status/what-is-happening.ts';
import { fastClock, lineBench } from '../../support/line-bench.ts';
import { SipStub } from '../../support/sip-stub.ts';
import { until } from '../../support/until.ts';

describe('registering', () => {
  test.each(['MD5', 'SHA-256'] as const)('works with a %s digest', async (algorithm) => {
    await using bench = await lineBench({ algorithm });
    expect(bench.line.state).toMatchObject({
      phase: 'registered',
      extension: '201',
      problem: null,
    });
    expect(bench.states.map(({ phase }) => phase)).toEqual(['connecting', 'registered']);
    const [, authorised] = bench.stub.requests('REGISTER');
    expect(authorised?.header('contact')).toContain(
      '+sip.instance="<urn:uuid:00000000-0000-4000-8000-000000000201>"',
    );
    expect(authorised?.header('user-agent')).toBe('Centrala/test');
    expect(authorised?.header('allow')).toBe(
      'ACK,BYE,CANCEL,INFO,INVITE,NOTIFY,OPTIONS,PRACK,UPDATE',
    );
  });

  test('with a wrong secret is refused, says why and does not try again by itself', async () => {
    await using bench = await lineBench({ secret: 'guessed' });
    expect(bench.line.state).toMatchObject({
      phase: 'refused',
      problem: 'credentials',
      detail: '401 No',
      retryAt: null,
    });
    expect(bench.stub.requests('REGISTER')).toHaveLength(2);
  });

  test('refused is tried again when a person asks', async () => {
    await using bench = await lineBench({ secret: 'new secret' });
    expect(bench.line.state.phase).toBe('refused');
    bench.stub.accounts.set('ana', 'new secret');
    bench.line.probe();
    await bench.registered();
    expect(bench.line.state).toMatchObject({ phase: 'registered', problem: null });
  });

  test('is not told a wrong secret where the exchange says its challenge twice', async () => {
    await using bench = await lineBench({ open: false });
    const { stub } = bench;
    const reply = stub.reply.bind(stub);
    stub.reply = (...how) => {
      reply(...how);
      // As to a REGISTER that was repeated before it was looked at.
      if (how[2] === 401) reply(...how);
    };
    await bench.line.open(bench.account);
    expect(bench.states.map(({ phase }) => phase)).toEqual(['connecting', 'registered']);
  });

  test('for an unknown line is refused as rejected', async () => {
    await using bench = await lineBench({ open: false });
    bench.stub.beforeRegister = () => ({ status: 404 });
    await bench.line.open(bench.account);
    expect(bench.line.state).toMatchObject({ phase: 'refused', problem: 'rejected' });
  });

  test('takes the interval the exchange insists on', async () => {
    await using bench = await lineBench({ open: false });
    bench.stub.beforeRegister = (request) =>
      /expires=1200/.test(request.header('contact'))
        ? null
        : { status: 423, headers: ['Min-Expires: 1200'] };
    await bench.line.open(bench.account);
    expect(bench.line.state.phase).toBe('registered');
  });

  test('without the outbound mechanism, where the first hop lacks it (439)', async () => {
    await using bench = await lineBench({ open: false });
    bench.stub.beforeRegister = (request) =>
      request.header('contact').includes('reg-id') ? { status: 439 } : null;
    await bench.line.open(bench.account);
    expect(bench.states.map(({ phase }) => phase)).toEqual(['connecting', 'registered']);
    expect(bench.stub.requests('REGISTER').at(-1)?.header('contact')).toContain('+sip.instance');
  });

  test('waits as long as a busy exchange asks', async () => {
    await using bench = await lineBench({ open: false, clock: fastClock(20) });
    let refused = 0;
    bench.stub.beforeRegister = () =>
      refused++ === 0 ? { status: 503, headers: ['Retry-After: 10'] } : null;
    await bench.line.open(bench.account);
    const { phase, retryAt } = bench.line.state;
    expect(phase).toBe('lost');
    expect(Date.parse(retryAt ?? '') - bench.clock.now()).toBeGreaterThan(8000);
    await bench.registered();
  });

  test('is refreshed before it expires', async () => {
    await using bench = await lineBench({ expires: 10, clock: fastClock(10) });
    await until('a refresh', () => bench.stub.registrations >= 3);
    expect(bench.states.map(({ phase }) => phase)).toEqual(['connecting', 'registered']);
  });

  test('for longer than was asked is refreshed as asked, and not again and again', async () => {
    await using bench = await lineBench({ open: false, clock: systemClock });
    const { stub } = bench;
    const reply = stub.reply.bind(stub);
    stub.reply = (socket, request, status, headers) =>
      reply(
        socket,
        request,
        status,
        headers?.map((one) => one.replace(/expires=\d+$/, 'expires=4294967295')),
      );
    await bench.line.open(bench.account);
    await bench.registered();
    await new Promise<void>((resolve) => void bench.clock.after(200, resolve));
    expect(stub.registrations).toBe(1);
  });

  test('is taken back when the line is closed', async () => {
    await using bench = await lineBench();
    await bench.line.close();
    expect(bench.stub.bound()).toBe(false);
    expect(bench.line.state.phase).toBe('idle');
  });

  test('fails honestly where nobody listens, and goes on trying', async () => {
    const gone = await SipStub.start();
    await gone.stop();
    await using bench = await lineBench({ exchange: gone.url });
    expect(bench.line.state).toMatchObject({ phase: 'lost', problem: 'unreachable' });
    expect(bench.line.state.retryAt).not.toBeNull();
    await gone.listen();
    await bench.registered();
    await bench.line.close();
    await gone.stop();
  });
});

describe('a lost line', () => {
  test('is registered again by a new socket and a new registration', async () => {
    await using bench = await lineBench();
    const [first] = bench.stub.requests('REGISTER');
    bench.stub.drop();
    await until('lost', () => bench.states.some(({ phase }) => phase === 'lost'));
    await bench.registered();
    expect(bench.states.map(({ phase }) => phase)).toEqual([
      'connecting',
      'registered',
      'lost',
      'registered',
    ]);
    const lost = bench.states.find(({ phase }) => phase === 'lost');
    expect(lost?.problem).toBe('gone');
    expect(bench.stub.requests('REGISTER').at(-1)?.header('call-id')).not.toBe(
      first?.header('call-id'),
    );
  });

  test('comes back when the exchange was restarted', async () => {
    await using bench = await lineBench();
    await bench.stub.stop();
    await until('unreachable', () => bench.line.state.problem === 'unreachable');
    await bench.stub.listen();
    await bench.registered();
    expect(bench.stub.bound()).toBe(true);
  });

  test('forgives an exchange that does not know its people yet', async () => {
    await using bench = await lineBench();
    let unknown = 0;
    bench.stub.beforeRegister = () => (unknown++ < 2 ? { status: 404 } : null);
    bench.stub.drop();
    await until('asked again', () => unknown > 2);
    await bench.registered();
    expect(bench.states.some(({ phase }) => phase === 'refused')).toBe(false);
  });

  test.each([
    ['idle', false],
    ['in a call', true],
  ])(
    'is noticed within 3 s in a black hole, where no socket is ever closed: %s',
    async (_when, isBusy) => {
      await using bench = await lineBench({ clock: fastClock(5) });
      if (isBusy) {
        bench.stub.invite().acknowledges = true;
        await (await bench.nextRing()).leg.answer();
      }
      let noticed = 0;
      bench.line.onState(({ problem }) => {
        if (problem === 'timeout') noticed ||= bench.clock.now();
      });
      const began = bench.clock.now();
      bench.stub.freeze();
      await until('lost', () => noticed);
      expect(noticed - began).toBeLessThanOrEqual(3000);
      await bench.registered();
      expect(bench.stub.registrations).toBe(2);
    },
  );

  test('is looked at at once when the machine wakes up', async () => {
    await using bench = await lineBench({ clock: fastClock(5) });
    bench.stub.freeze();
    bench.line.probe();
    await until('lost', () => bench.states.some(({ problem }) => problem === 'timeout'));
    await bench.registered();
    expect(bench.stub.registrations).toBe(2);
  });

  test('probing a healthy line changes nothing', async () => {
    await using bench = await lineBench({ clock: fastClock(4) });
    bench.line.probe();
    await until('a later refresh of the ping', () => bench.clock.now() > 0);
    await new Promise<void>((resolve) => void bench.clock.after(3000, resolve));
    expect(bench.states.map(({ phase }) => phase)).toEqual(['connecting', 'registered']);
  });
});

describe('a wss exchange', () => {
  const pem = (name: string): string =>
    readFileSync(new URL(`../../support/tls/${name}`, import.meta.url), 'utf8');
  const tls = (name: string) => ({ key: pem(`${name}.key`), cert: pem(`${name}.pem`) });

  test('is trusted by the authority the administrator added', async () => {
    await using bench = await lineBench({ tls: tls('good'), extraCa: [pem('ca.pem')] });
    expect(bench.line.state.phase).toBe('registered');
    expect(bench.stub.requests('REGISTER')[0]?.header('via')).toContain('SIP/2.0/WSS');
  });

  test.each([
    ['an unknown authority', 'good', [], 'unknown-authority', 'IP Address:127.0.0.1'],
    ['a passed date', 'expired', ['ca.pem'], 'expired', 'to 2021'],
    ['a date to come', 'early', ['early.pem'], 'not-yet-valid', 'valid 2090-01-01'],
    ['another name', 'other', ['ca.pem'], 'wrong-name', 'other.test'],
    ['nobody but itself', 'self', [], 'self-signed', 'by self.test'],
    ['a key that is too short', 'weak', ['weak.pem'], 'weak', 'weak'],
  ])('is refused for %s, saying which certificate and why', async (_why, name, ca, code, word) => {
    await using bench = await lineBench({ tls: tls(name), extraCa: ca.map(pem) });
    expect(bench.line.state).toMatchObject({ phase: 'refused', problem: 'certificate' });
    // As the page reads it, or the operator is told the wrong thing.
    expect(certificateReason(bench.line.state.detail)).toBe(code);
    expect(bench.line.state.retryAt).not.toBeNull();
    expect(bench.line.state.detail).toContain(word);
    expect(bench.stub.received).toEqual([]);
  });

  test('is refused also where the environment switches all verification off', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    try {
      await using bench = await lineBench({ tls: tls('good') });
      expect(bench.line.state).toMatchObject({ phase: 'refused', problem: 'certificate' });
      expect(bench.stub.received).toEqual([]);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

test('an exchange that takes REGISTER and does not look at it, as one that is booting, hears the same once more', async () => {
  await using bench = await lineBench({ clock: fastClock(5) });
  let silent = 1;
  bench.stub.beforeRegister = () => (silent-- > 0 ? { status: 0 } : null);
  bench.stub.drop();
  await until('lost', () => bench.line.state.phase === 'lost');
  await bench.registered();
  const [, , first, again] = bench.stub.requests('REGISTER');
  expect(again?.raw).toBe(first?.raw);
  expect(bench.states.some(({ problem }) => problem === 'timeout')).toBe(false);
});
