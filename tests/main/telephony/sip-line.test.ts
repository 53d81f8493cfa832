import { expect, test } from 'vitest';
import { lineBench } from '../../support/line-bench.ts';
import { until } from '../../support/until.ts';

test.each(['MD5', 'SHA-256'] as const)('registers with a %s digest', async (algorithm) => {
  await using bench = await lineBench({ algorithm });
  expect(bench.line.state).toMatchObject({ phase: 'registered', extension: '201', problem: null });
  expect(bench.states.map(({ phase }) => phase)).toEqual(['connecting', 'registered']);
  const [, authorised] = bench.stub.requests('REGISTER');
  expect(authorised?.header('contact')).toContain(
    '+sip.instance="<urn:uuid:00000000-0000-4000-8000-000000000201>"',
  );
});

test('a call comes in, is answered and hung up by the customer', async () => {
  await using bench = await lineBench();
  const call = bench.stub.invite();
  await call.response(180);
  const { leg, party, events } = await bench.nextRing();
  expect(party).toEqual({
    number: '+38641123456',
    written: '041123456',
    displayName: 'Marija Žagar',
    withheld: false,
  });
  await until('the peer is warm while it rings', () => bench.page.peers.has(leg.callId));
  await leg.answer();
  const ok = await call.answered();
  expect(ok.body).toContain('m=audio');
  await until('answered', () => events.some(({ type }) => type === 'answered'));
  call.bye();
  await call.response(200, 'BYE');
  await until('ended', () => events.some(({ type }) => type === 'ended'));
  expect(events.at(-1)).toEqual({ type: 'ended', end: 'hung-up-there', detail: 'BYE' });
  await until('the peer is closed', () => bench.page.peers.size === 0);
});

test('a line that is let go slowly does not take the next one with it', async () => {
  await using bench = await lineBench();
  bench.stub.freeze();
  const goodbye = bench.line.close();
  expect(bench.line.state.phase).toBe('idle');
  await bench.line.open(bench.account);
  await goodbye;
  expect(bench.line.state.phase).toBe('registered');
  expect(bench.states.map(({ phase }) => phase).slice(-3)).toEqual([
    'idle',
    'connecting',
    'registered',
  ]);
});
