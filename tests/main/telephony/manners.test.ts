/** What a line says of itself, and how it refuses what it does not understand. */
import { describe, expect, test } from 'vitest';
import { sdp } from '../../support/fake-voice-page.ts';
import { fastClock, heardBy, lineBench } from '../../support/line-bench.ts';
import type { SipText } from '../../support/sip-text.ts';
import type { StubCall } from '../../support/stub-call.ts';
import { until } from '../../support/until.ts';

const allowed = 'ACK,BYE,CANCEL,INFO,INVITE,NOTIFY,OPTIONS,PRACK,UPDATE';

async function talking() {
  const bench = await lineBench();
  const call = bench.stub.invite();
  const { leg, events } = await bench.nextRing();
  await leg.answer();
  await call.answered();
  return { bench, call, leg, events, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

describe('the line says truly', () => {
  test('in INVITE, in its 200 and in that to a re-INVITE what it allows and supports', async () => {
    await using up = await talking();
    const ok = await up.call.response(200);
    expect(ok.headers('allow')).toEqual([allowed]);
    expect(ok.header('supported').split(/,\s*/).sort()).toEqual(
      expect.arrayContaining(['100rel', 'outbound', 'replaces', 'timer']),
    );
    up.call.request('INVITE', { body: sdp() });
    expect((await up.call.answered()).headers('allow')).toEqual([allowed]);
    await up.bench.line.dial('202');
    await until('an INVITE', () => up.bench.stub.requests('INVITE').length > 0);
    const invite = up.bench.stub.requests('INVITE').at(-1);
    expect(invite?.header('allow')).toBe(allowed);
    expect(invite?.header('supported')).toContain('timer');
  });

  test('to OPTIONS inside a call what it takes (RFC 3261 §11.2)', async () => {
    await using up = await talking();
    up.call.request('OPTIONS');
    const ok = await up.call.response(200, 'OPTIONS');
    expect(ok.header('allow')).toBe(allowed);
    expect(ok.header('accept')).toContain('application/sdp');
    expect(ok.header('supported')).toContain('timer');
  });
});

describe('the line refuses', () => {
  test('a method it does not know 405, saying which it allows', async () => {
    await using up = await talking();
    up.call.request('MESSAGE');
    expect((await up.call.response(405, 'MESSAGE')).header('allow')).toBe(allowed);
  });

  test('an INVITE with another body 415, saying what it would take', async () => {
    await using bench = await lineBench();
    const call = bench.stub.invite({ sdp: 'v=0\r\n', type: 'text/plain' });
    expect((await call.response(415)).header('accept')).toBe('application/sdp');
  });

  test.each(['INVITE', 'UPDATE', 'INFO', 'BYE'])(
    '%s in a call that requires what is unknown 420',
    async (method) => {
      await using up = await talking();
      up.call.request(method, { headers: ['Require: teleport'] });
      expect((await up.call.response(420, method)).header('unsupported')).toBe('teleport');
      expect(up.events.some(({ type }) => type === 'ended')).toBe(false);
    },
  );

  test('an INVITE whose CSeq names another method 400, and nothing rings', async () => {
    await using bench = await lineBench();
    bench.stub.send(
      `INVITE ${bench.stub.contact()} SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bK7\r\nMax-Forwards: 70\r\nFrom: <sip:a@x>;tag=1\r\nTo: <sip:b@x>\r\nCall-ID: 7\r\nCSeq: 7 BYE\r\nContact: <sip:a@x>\r\nContent-Length: 0\r\n\r\n`,
    );
    const answer = await until('answered', () =>
      bench.stub.received.find((one) => one.header('call-id') === '7'),
    );
    expect(answer.status).toBe(400);
    const next = bench.stub.invite();
    await bench.nextRing();
    await next.response(180);
    expect(bench.rang).toHaveLength(1);
  });

  test.each(['UPDATE', 'PRACK', 'INFO', 'BYE'])('%s outside every call 481', async (method) => {
    await using bench = await lineBench();
    const call = bench.stub.invite({ headers: ['Require: none'] });
    await call.response(420);
    call.request(method);
    expect((await call.response(481, method)).first).toContain('481');
  });
});

describe('UPDATE with an offer (RFC 3311 §5.2)', () => {
  test('is refused 491 while an offer of ours is not answered', async () => {
    await using up = await talking();
    up.call.onReinvite = () => null;
    const held = up.leg.hold(true).catch(() => undefined);
    await up.call.asked('INVITE');
    up.call.request('UPDATE', { body: sdp() });
    expect((await up.call.response(491, 'UPDATE')).status).toBe(491);
    up.bench.stub.drop();
    await held;
  });

  test('is refused 500 with Retry-After while another one is not answered', async () => {
    await using up = await talking();
    up.bench.page.hung.add('accept');
    up.call.request('UPDATE', { body: sdp() });
    up.call.request('UPDATE', { body: sdp() });
    const later = await up.call.response(500, 'UPDATE');
    expect(Number(later.header('retry-after'))).toBeLessThanOrEqual(10);
    up.bench.page.hung.clear();
  });

  test('that the voice page cannot use is refused 488, and the call goes on', async () => {
    await using up = await talking();
    up.call.request('UPDATE', {
      body: 'v=0\r\nthis is nothing',
      headers: ['Content-Type: application/sdp'],
    });
    await up.call.response(488, 'UPDATE');
    await up.leg.hold(true);
    expect(up.events.at(-1)).toEqual({ type: 'held', here: true });
  });

  test('with another body is refused 415, in no call 481', async () => {
    await using up = await talking();
    up.call.request('UPDATE', { body: 'hello', headers: ['Content-Type: text/plain'] });
    expect((await up.call.response(415, 'UPDATE')).header('accept')).toBe('application/sdp');
  });
});

/** Refuses each request of the desk once with a challenge, as a proxy or the exchange itself. */
function challenging(
  call: StubCall,
  status: 401 | 407,
  seen: SipText[],
): (request: SipText) => boolean {
  const asked = new Set<string>();
  return (request) => {
    seen.push(request);
    const name = status === 401 ? 'authorization' : 'proxy-authorization';
    const method = request.method ?? '';
    if (request.header(name).includes('nonce="n1"') || asked.has(`${method}${call.callId}`))
      return false;
    asked.add(`${method}${call.callId}`);
    return true;
  };
}

describe('a challenge in a call', () => {
  test.each([
    [401, 'WWW-Authenticate', 'authorization'],
    [407, 'Proxy-Authenticate', 'proxy-authorization'],
  ] as const)('%d is answered, and the next request counts on', async (status, header, answer) => {
    await using up = await talking();
    const seen: SipText[] = [];
    const must = challenging(up.call, status, seen);
    const challenge = `${header}: Digest realm="proxy", nonce="n1", qop="auth", algorithm=SHA-256`;
    up.call.onReinvite = (request) =>
      must(request) ? { status, headers: [challenge] } : { status: 200, sdp: sdp() };
    up.call.onUpdate = (request) =>
      must(request) ? { status, headers: [challenge] } : { status: 200 };
    await up.leg.hold(true);
    await up.leg.hold(false);
    expect(seen[1]?.header(answer)).toContain('nc=00000001');
    expect(seen[1]?.header(answer)).toContain('algorithm=SHA-256');
    // The nonce is still fresh: the next request answers ahead, and counts.
    expect(seen).toHaveLength(3);
    expect(seen[2]?.header(answer)).toContain('nc=00000002');
    const numbers = seen.map((one) => Number(one.header('cseq').split(' ')[0]));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(new Set(numbers).size).toBe(3);
  });
});

/** The counts of one nonce, as they were sent. */
const countsIn = (requests: readonly SipText[], header: string): readonly string[] =>
  requests.flatMap((one) => /nc=(\d+)/.exec(one.header(header))?.[1] ?? []);

describe('a count is never sent twice (RFC 7616 §3.4)', () => {
  const challenge = 'Digest realm="r", nonce="n1", qop="auth"';

  test('to a proxy, where the exchange behind it asks too', async () => {
    await using up = await talking();
    const seen: SipText[] = [];
    up.call.onReinvite = (request) => {
      seen.push(request);
      if (!request.header('proxy-authorization'))
        return { status: 407, headers: [`Proxy-Authenticate: ${challenge}`] };
      if (!request.header('authorization').includes('nonce="n2"'))
        return { status: 401, headers: [`WWW-Authenticate: ${challenge.replace('n1', 'n2')}`] };
      return { status: 200, sdp: sdp() };
    };
    await up.leg.hold(true);
    expect(countsIn(seen, 'proxy-authorization')).toEqual(['00000001', '00000002']);
  });

  test('with an interval that was too short', async () => {
    await using bench = await lineBench();
    bench.stub.onCall = (call) => {
      const invite = bench.stub.requests('INVITE').at(-1);
      if (invite?.header('min-se') === '3600') call.respond(200, sdp());
      else call.respond(422, null, ['Min-SE: 3600']);
    };
    const events = heardBy(await bench.line.dial('202'));
    await until('answered', () => events.some(({ type }) => type === 'answered'));
    // Both answer ahead with the nonce of the registration.
    const counts = countsIn(bench.stub.requests('INVITE'), 'authorization');
    expect(counts).toHaveLength(2);
    expect(new Set(counts).size).toBe(2);
  });
});

describe('challenges to REGISTER', () => {
  const challenge = (algorithm: string, more = '') =>
    `WWW-Authenticate: Digest realm="stub", nonce="${algorithm}", qop="auth", algorithm=${algorithm}${more}`;

  test('of several strengths: the strongest is answered, whatever their order', async () => {
    await using bench = await lineBench({ open: false });
    bench.stub.beforeRegister = (request) =>
      request.header('authorization')
        ? { status: 200, headers: [`Contact: ${request.header('contact')}`] }
        : {
            status: 401,
            headers: [challenge('MD5'), challenge('SHA-512-256'), challenge('SHA-256')],
          };
    await bench.line.open(bench.account);
    expect(bench.stub.requests('REGISTER')[1]?.header('authorization')).toContain(
      'algorithm=SHA-512-256',
    );
    expect(bench.line.state.phase).toBe('registered');
  });

  test('by a proxy and by the exchange are both answered', async () => {
    await using bench = await lineBench({ open: false });
    bench.stub.beforeRegister = (request) => {
      if (!request.header('proxy-authorization'))
        return { status: 407, headers: [challenge('MD5').replace('WWW', 'Proxy')] };
      if (!request.header('authorization')) return { status: 401, headers: [challenge('SHA-256')] };
      return { status: 200, headers: [`Contact: ${request.header('contact')}`] };
    };
    await bench.line.open(bench.account);
    expect(bench.line.state.phase).toBe('registered');
    expect(bench.stub.requests('REGISTER')).toHaveLength(3);
  });

  test('with a nonce that has grown stale are answered once more', async () => {
    await using bench = await lineBench({ open: false });
    let times = 0;
    bench.stub.beforeRegister = (request) =>
      ++times < 3
        ? { status: 401, headers: [challenge('MD5', times === 2 ? ', stale=true' : '')] }
        : { status: 200, headers: [`Contact: ${request.header('contact')}`] };
    await bench.line.open(bench.account);
    expect(bench.line.state.phase).toBe('registered');
  });

  test('that only offer integrity (auth-int) are refused as credentials, and not asked for ever', async () => {
    await using bench = await lineBench({ open: false });
    bench.stub.beforeRegister = () => ({
      status: 401,
      headers: ['WWW-Authenticate: Digest realm="stub", nonce="n", qop="auth-int", algorithm=MD5'],
    });
    await bench.line.open(bench.account);
    expect(bench.line.state).toMatchObject({ phase: 'refused', problem: 'credentials' });
    expect(bench.stub.requests('REGISTER')).toHaveLength(1);
  });

  test('the next nonce that the exchange names is used for the refresh (RFC 7616 §3.5)', async () => {
    await using bench = await lineBench({ open: false, clock: fastClock(20) });
    bench.stub.beforeRegister = (request) =>
      request.header('authorization')
        ? {
            status: 200,
            headers: [
              `Contact: ${request.header('contact').replace(/;expires=\d+/, '')};expires=10`,
              'Authentication-Info: nextnonce="next", qop=auth',
            ],
          }
        : { status: 401, headers: [challenge('SHA-256')] };
    await bench.line.open(bench.account);
    await until('a refresh', () => bench.stub.requests('REGISTER').length >= 3);
    expect(bench.stub.requests('REGISTER')[2]?.header('authorization')).toContain('nonce="next"');
  });
});

describe('a flow (RFC 5626)', () => {
  test('is kept by double CRLF where the exchange gives a Flow-Timer, and given up when it does not answer', async () => {
    await using bench = await lineBench({ open: false, clock: fastClock(20) });
    bench.stub.beforeRegister = (request) => ({
      status: 200,
      headers: [`Contact: ${request.header('contact')}`, 'Flow-Timer: 5'],
    });
    await bench.line.open(bench.account);
    await until('pinged', () => bench.stub.crlfs >= 2);
    expect(bench.line.state.phase).toBe('registered');
    bench.stub.pongs = false;
    await until('lost', () => bench.states.some(({ problem }) => problem === 'timeout'));
  });

  test('is kept by WebSocket pings alone where it gives none', async () => {
    await using bench = await lineBench({ clock: fastClock(50) });
    await new Promise<void>((resolve) => void bench.clock.after(60_000, resolve));
    expect(bench.stub.crlfs).toBe(0);
    expect(bench.line.state.phase).toBe('registered');
  });
});

test('a call that shall answer itself says after how long', async () => {
  await using bench = await lineBench();
  bench.stub.invite({ headers: ['Call-Info: <sip:stub.test>;answer-after=2'] });
  const { leg, autoAnswerAfter, divertedFrom } = await bench.nextRing();
  expect({ autoAnswerAfter, divertedFrom }).toEqual({ autoAnswerAfter: 2, divertedFrom: null });
  // The line itself answers nothing.
  expect(heardBy(leg)).toEqual([]);
});
