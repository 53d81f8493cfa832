import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { systemClock } from '../../src-practice/clock.ts';
import { Desk } from './support/desk.ts';
import { until } from './support/ear.ts';
import { ana, openDesk, openPractice } from './support/practice.ts';
import { field, fields, status } from './support/wire.ts';

test.each(['SHA-256', 'MD5'] as const)('a desk registers with %s', async (algorithm) => {
  await using practice = await openPractice();
  const desk = await Desk.open(practice.exchange.address, { ...ana, algorithm });
  const asked = await desk.registerOnce();
  expect(status(asked)).toBe(401);
  const challenges = fields(asked, 'www-authenticate');
  expect(challenges.map((one) => /algorithm=([\w-]+)/.exec(one)?.[1])).toEqual(['SHA-256', 'MD5']);
  expect(challenges.every((one) => one.includes('qop="auth"') && !one.includes('stale'))).toBe(
    true,
  );
  desk.challenged(asked);
  const answer = await desk.registerOnce();
  expect(status(answer)).toBe(200);
  expect(field(answer, 'contact')).toMatch(/^<sip:ana@[^>]+>;expires=300$/);
  expect(field(answer, 'to')).toMatch(/;tag=/);
  expect(practice.exchange.reachable('201')).toBe(true);
  await desk.close();
});

test('a wrong password is refused without a word about staleness, and nothing is registered', async () => {
  await using practice = await openPractice();
  const desk = await Desk.open(practice.exchange.address, { ...ana, secret: 'wrong' });
  const answer = await desk.register();
  expect(status(answer)).toBe(401);
  expect(field(answer, 'www-authenticate')).not.toContain('stale');
  expect(practice.exchange.reachable('201')).toBe(false);
  await desk.close();
});

test('an unknown user is refused like a wrong password', async () => {
  await using practice = await openPractice();
  const desk = await Desk.open(practice.exchange.address, { user: 'nobody', secret: 'x' });
  expect(status(await desk.register())).toBe(401);
  await desk.close();
});

test('a nonce that is too old is stale, and a fresh one is taken', async () => {
  let later = 0;
  const clock = { ...systemClock(), now: () => Date.now() + later };
  await using practice = await openPractice({ clock, timing: { nonce: 60 } });
  const desk = await Desk.open(practice.exchange.address, ana);
  desk.challenged(await desk.registerOnce());
  const old = desk.nonce;
  later = 61_000;
  const stale = await desk.registerOnce();
  expect(status(stale)).toBe(401);
  expect(field(stale, 'www-authenticate')).toContain('stale=true');
  desk.challenged(stale);
  expect(desk.nonce).not.toBe(old);
  expect(status(await desk.registerOnce())).toBe(200);
  await desk.close();
});

test('a nonce count that was seen before is stale', async () => {
  await using practice = await openPractice();
  const desk = await openDesk(practice.exchange, ana);
  desk.repeatCount();
  const answer = await desk.registerOnce();
  expect(status(answer)).toBe(401);
  expect(field(answer, 'www-authenticate')).toContain('stale=true');
  await desk.close();
});

test('nobody registers for another line', async () => {
  await using practice = await openPractice();
  const desk = await Desk.open(practice.exchange.address, ana);
  desk.challenged(await desk.registerOnce());
  expect(status(await desk.registerOnce({ aor: 'bor' }))).toBe(403);
  expect(practice.exchange.reachable('202')).toBe(false);
  await desk.close();
});

test('expires: too brief is refused, too long is cut, 0 and * unregister', async () => {
  await using practice = await openPractice();
  const desk = await openDesk(practice.exchange, ana);
  const brief = await desk.registerOnce({ expires: 3 });
  expect(status(brief)).toBe(423);
  expect(field(brief, 'min-expires')).toBe('10');
  expect(field(await desk.registerOnce({ expires: 90_000 }), 'contact')).toContain('expires=3600');
  const none = await desk.registerOnce({ expires: 0 });
  expect(status(none)).toBe(200);
  expect(fields(none, 'contact')).toEqual([]);
  expect(practice.exchange.reachable('201')).toBe(false);
  await desk.registerOnce();
  expect(practice.exchange.reachable('201')).toBe(true);
  expect(status(await desk.registerOnce({ contact: '*', expires: 5 }))).toBe(400);
  expect(status(await desk.registerOnce({ contact: '*', expires: 0 }))).toBe(200);
  expect(practice.exchange.reachable('201')).toBe(false);
  await desk.close();
});

test('a binding ends with its socket', async () => {
  await using practice = await openPractice();
  const desk = await openDesk(practice.exchange, ana);
  expect(practice.exchange.reachable('201')).toBe(true);
  await desk.close();
  await until('unreachable', () => !practice.exchange.reachable('201'));
});

test('a keep-alive is answered with a pong', async () => {
  await using practice = await openPractice();
  const desk = await Desk.open(practice.exchange.address, ana);
  desk.wire.send('\r\n\r\n');
  await until('a pong', () => desk.wire.raw.length > 0);
  expect(desk.wire.raw).toEqual(['\r\n']);
  await desk.close();
});

test('a client that does not speak the sub-protocol sip is not let in', async () => {
  await using practice = await openPractice();
  const socket = new WebSocket(practice.exchange.address);
  const failure = await new Promise<Error>((resolve) => {
    socket.on('error', resolve);
  });
  expect(failure.message).toContain('400');
});

const malformed: readonly (readonly [string, string])[] = [
  ['no empty line', 'REGISTER sip:x SIP/2.0\r\nVia: SIP/2.0/WS a;branch=z9hG4bK1'],
  ['no headers', 'OPTIONS sip:x SIP/2.0\r\n\r\n'],
  ['another version', 'OPTIONS sip:x SIP/3.0\r\n\r\n'],
  ['not SIP at all', '{"jsonrpc":"2.0"}'],
  ['nothing but noise', '\u0000\u0001\r\n\r\n'],
];

test.each(malformed)(
  'a malformed frame (%s) is dropped and the socket goes on',
  async (_what, text) => {
    await using practice = await openPractice();
    const desk = await Desk.open(practice.exchange.address, ana);
    desk.wire.send(text);
    expect(status(await desk.register())).toBe(200);
    expect(desk.wire.seen).toHaveLength(2);
    expect(practice.logged.some((line) => line.includes('malformed message dropped'))).toBe(true);
    await desk.close();
  },
);

test('the log holds no number and no secret', async () => {
  await using practice = await openPractice();
  const desk = await openDesk(practice.exchange, ana);
  practice.exchange.ring({ queue: 'internet' });
  await desk.rung();
  await desk.close();
  const log = practice.logged.join('');
  expect(log).not.toMatch(/\+386|41123456|secret|Kovač/);
});

test('a Path is given back, and calls go along it', async () => {
  await using practice = await openPractice();
  const desk = await openDesk(practice.exchange, ana);
  const answer = await desk.registerOnce({ head: { Path: '<sip:edge.invalid;lr>' } });
  expect(field(answer, 'path')).toBe('<sip:edge.invalid;lr>');
  practice.exchange.ring({ queue: 'internet' });
  const { invite } = await desk.rung();
  expect(field(invite!, 'route')).toBe('<sip:edge.invalid;lr>');
  await desk.close();
});

test('a desk that registers again from a new socket is rung there, once', async () => {
  await using practice = await openPractice();
  const old = await openDesk(practice.exchange, ana);
  const fresh = await openDesk(practice.exchange, ana);
  practice.exchange.ring({ queue: 'internet' });
  await fresh.rung();
  expect(old.wire.seen.some(({ start }) => start.startsWith('INVITE '))).toBe(false);
  await old.close();
  await fresh.close();
});
