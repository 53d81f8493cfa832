/** More of everything than any person or exchange sends, while a call goes on; and passwords guessed at the server. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { floorPackages } from '../../tools/floor/debian-packages.ts';
import { longestGap } from '../floor/support/tone.ts';
import { writeSip } from '../support/sip-text.ts';
import { sdp } from '../support/fake-voice-page.ts';
import { extension, operatorHz, startAbusedDesk, type AbusedDesk } from './support/abused-desk.ts';
import { askOptions } from './support/ask-options.ts';
import { cancelOf } from './support/cancel-of.ts';
import { atRate } from './support/at-rate.ts';
import type { AbuseRun, Verdict } from './support/report.ts';
import { openWorkshop } from './support/workshop.ts';

/** The tone comes in syllables with pauses of 0.3 s; the rest is jitter that may be heard and is no interruption. */
const audibleGapSeconds = 1;
/** Of the rate aimed at: what is slower is no flood. */
const leastShare = 0.9;

export async function flood(run: AbuseRun): Promise<void> {
  const seconds = run.short ? 3 : 9;
  await using workshop = await openWorkshop({ packages: floorPackages, build: 'pages' });
  await using desk = await startAbusedDesk(workshop);
  await run.judge('2000 INVITE a second', () =>
    inACall(desk, seconds, (serial) => invite(desk, serial), 2000, true),
  );
  await run.judge('500 REGISTER a second', () =>
    inACall(desk, seconds, (serial) => register(desk, serial), 500, false),
  );
  const port = Number(new URL(desk.host.address).port);
  await run.judge('200 sockets a second', async () => {
    const sockets = openSockets(port);
    try {
      return await inACall(desk, seconds, () => sockets.open(), 200, false);
    } finally {
      sockets.close();
    }
  });
  await run.judge('password guessing', () => guessPasswords(desk.server.address));
}

/** Floods while the customer and the operator talk; afterwards they still do, and the next call comes through. */
async function inACall(
  desk: AbusedDesk,
  seconds: number,
  send: (serial: number) => string | null,
  perSecond: number,
  clear: boolean,
): Promise<Verdict> {
  const talk = await desk.talk();
  const hearing = talk.caller.listen(seconds);
  const { sent, made, ...took } = await atRate(perSecond, seconds, send);
  const reached = sent / took.seconds;
  const gap = longestGap(await hearing, operatorHz);
  // What was flooded is still being looked at: the desk answers when it is through.
  const caughtUpMs = await askOptions(desk.pbx, extension);
  if (clear) for (const text of made) takeBack(desk, text);
  await askOptions(desk.pbx, extension);
  const wasUp = (await desk.phaseOf(talk.callId)) === 'talking';
  await talk.heardBothWays();
  await talk.hangUp();
  await desk.clear();
  await desk.takesACall();
  const uncaught = (await desk.uncaught()).length;
  return {
    pass:
      wasUp &&
      desk.host.isUp &&
      uncaught === 0 &&
      gap <= audibleGapSeconds &&
      reached >= leastShare * perSecond,
    sent,
    perSecond: reached,
    longestGapSeconds: gap,
    caughtUpMs,
    uncaught,
  };
}

function takeBack(desk: AbusedDesk, text: string): void {
  const cancel = cancelOf(text);
  if (cancel !== null) desk.pbx.send(cancel, extension);
}

/** One caller more; the text is kept, so that those who ring can be taken back. */
function invite(desk: AbusedDesk, serial: number): string {
  const text = request(desk, 'INVITE', serial, sdp());
  desk.pbx.send(text, extension);
  return text;
}

function register(desk: AbusedDesk, serial: number): null {
  const guess = `Authorization: Digest username="201", realm="desk", nonce="n", uri="sip:desk", response="${serial.toString(16).padStart(32, '0')}"`;
  desk.pbx.send(request(desk, 'REGISTER', serial, '', [guess]), extension);
  return null;
}

function request(
  desk: AbusedDesk,
  method: string,
  serial: number,
  body: string,
  more: readonly string[] = [],
): string {
  return writeSip(
    `${method} ${desk.pbx.contact(extension)} SIP/2.0`,
    [
      `Via: SIP/2.0/WS stub.invalid;branch=z9hG4bKflood${method}${serial}`,
      'Max-Forwards: 70',
      `From: <sip:+3864${String(serial).padStart(7, '0')}@stub.test>;tag=${serial}`,
      `To: <sip:${extension}@practice.centrala>`,
      `Call-ID: flood-${method}-${serial}-${Math.random()}@stub`,
      `CSeq: 1 ${method}`,
      'Contact: <sip:stub@stub.invalid;transport=ws>',
      ...more,
    ],
    body,
  );
}

/** Sockets at the page server by turns: silent ones, half a request, a wrong token, and plain requests. */
function openSockets(port: number): { open(): null; close(): void } {
  const all: { destroy(): void }[] = [];
  const words = [
    '',
    'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half:',
    `GET /wire/desk HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: centrala.v1, token.guessed\r\n\r\n`,
    `GET /desk.html HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`,
    '\u0016\u0003\u0001\u0002\0\u0001\0\u0001',
  ];
  let opened = 0;
  return {
    open() {
      const socket = connect({ host: '127.0.0.1', port });
      socket.on('error', () => undefined).resume();
      const word = words[opened++ % words.length] ?? '';
      void once(socket, 'connect').then(
        () => (word === '' ? undefined : socket.write(word)),
        () => undefined,
      );
      all.push(socket);
      return null;
    },
    close: () => all.forEach((socket) => socket.destroy()),
  };
}

/** Until the server no longer listens to guesses: then the right password is refused, too, and the page's operator stays. */
async function guessPasswords(server: string): Promise<Verdict> {
  const signIn = async (password: string, from: string): Promise<number> => {
    const answer = await fetch(`${server}/api/auth/sign-in/username`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
      body: JSON.stringify({ username: 'maja', password }),
    });
    return answer.status;
  };
  let tries = 0;
  while (tries < 50 && (await signIn(`wrong-${tries}`, `10.0.0.${tries}`)) !== 429) tries++;
  const right = await signIn('centrala-demo', '10.0.1.1');
  return { pass: tries <= 10 && right === 429, tries, rightPassword: right };
}
