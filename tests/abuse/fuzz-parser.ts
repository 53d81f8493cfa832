/** A hostile exchange sends mutations to the desk's own transport, whose guard must drop whatever its parser cannot take. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Grammar, Parser } from 'sip.js/lib/core/index.js';
import { LoggerFactory } from 'sip.js/lib/core/log/index.js';
import { WebSocketServer, type WebSocket } from 'ws';
import { seededRandom } from '#shared/model/synthetic-customers.ts';
import type { Clock } from '../../src-main/host.ts';
import { audioOfferFault } from '../../src-main/telephony/offer-fault.ts';
import { incomingFacts } from '../../src-main/telephony/incoming-identity.ts';
import { systemClock } from '../../src-main/system-clock.ts';
import { WsTransport } from '../../src-main/telephony/ws-transport.ts';
import { directionOf, fingerprintOf, keepCodecs } from '../../src-practice/media/sdp.ts';
import { remoteDirection, sdpFault } from '../../src-renderer/voice/sdp.ts';
import { sdp } from '../support/fake-voice-page.ts';
import { slowest, type Slowest } from './support/slowest.ts';
import { mutated } from './support/mutate-sip.ts';
import type { Verdict } from './support/report.ts';
import { sipSamples } from './support/sip-samples.ts';

/** Of the target: no message may hold the process up for longer. */
export const longestMs = 50;
/** So few that they cost far less than what the transport's gate lets in at once, on a slow machine too. */
const batch = 100;

export async function fuzzParser(count: number, seed: number): Promise<Verdict> {
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    handleProtocols: () => 'sip',
    perMessageDeflate: false,
  });
  await once(server, 'listening');
  const arrived = once(server, 'connection') as Promise<[WebSocket]>;
  let dropped = 0;
  let crowdedOut = 0;
  const nothing = (): void => undefined;
  const clock = jumpingClock();
  const transport = new WsTransport(undefined, {
    server: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca: [],
    clock,
    log: {
      debug: nothing,
      info: nothing,
      warn: ({ refusal }) => {
        if (refusal === 'too-many') crowdedOut++;
        dropped++;
      },
      error: nothing,
    },
    record: nothing,
  });
  const uncaught = countUncaught();
  try {
    const watch = slowest(longestMs, parse);
    let parsed = 0;
    transport.onMessage = (text) => {
      parsed++;
      watch.run(text);
    };
    await transport.connect();
    const [socket] = await arrived;
    const samples = sipSamples('sip:201@desk.invalid;transport=ws', dialog, 1);
    const random = seededRandom(seed);
    for (let sent = 0; sent < count;) {
      const size = Math.min(batch, count - sent);
      clock.jump();
      for (let at = 0; at < size; at++) {
        const text = mutated(samples[(sent + at) % samples.length] ?? '', samples, random);
        socket.send(text);
      }
      sent += size;
      await taken(socket);
    }
    const verdict = judged(watch.found, uncaught.count());
    return {
      ...verdict,
      pass: verdict.pass && crowdedOut === 0 && transport.isConnected(),
      messages: count,
      parsed,
      dropped,
      crowdedOut,
      connected: transport.isConnected(),
    };
  } finally {
    uncaught.stop();
    await transport.dispose();
    server.close();
  }
}

/** Until all that was sent before has been taken in: frames are answered in their order. Throws when the socket closes. */
async function taken(socket: WebSocket): Promise<void> {
  const closed = new AbortController();
  const abort = (): void => closed.abort(new Error('the desk closed its socket'));
  socket.once('close', abort);
  try {
    const answered = once(socket, 'pong', { signal: closed.signal });
    socket.ping();
    await answered;
  } finally {
    socket.off('close', abort);
  }
}

/** Stands still but for its jumps, so that no message of a batch is refused for being one of too many. */
function jumpingClock(): Clock & { jump(): void } {
  let now = 0;
  return {
    now: () => now,
    after: (ms, run) => systemClock.after(ms, run),
    jump: () => void (now += 2_100),
  };
}

/** What the desk and the pages read in descriptions, on mutated ones. */
export async function fuzzSdp(count: number, seed: number): Promise<Verdict> {
  const random = seededRandom(seed + 1);
  const samples = [
    sdp(),
    sdp({ direction: 'sendonly' }),
    sdp({ direction: 'inactive', version: 9 }),
  ];
  const watch = slowest(longestMs, (text) => {
    audioOfferFault('application/sdp', text);
    sdpFault(text);
    remoteDirection(text);
    keepCodecs(text, ['opus', 'telephone-event']);
    directionOf(text);
    fingerprintOf(text);
  });
  let thrown = 0;
  for (let at = 0; at < count; at++) {
    try {
      watch.run(mutated(samples[at % samples.length] ?? '', samples, random));
    } catch {
      thrown++;
    }
  }
  return { ...judged(watch.found, thrown), messages: count };
}

const dialog = { callId: 'up@stub', deskTag: 'desk', stubTag: 'stub' };
const logger = new LoggerFactory();
logger.builtinEnabled = false;
const parserLog = logger.getLogger('fuzz');

/** As the desk does with a message from the exchange: parse it, and read what an INVITE tells. */
function parse(text: string): void {
  const message = Parser.parseMessage(text, parserLog);
  if (!message) return;
  const names = ['contact', 'record-route', 'refer-to', 'www-authenticate', 'event'] as const;
  for (const name of names) if (message.hasHeader(name)) message.parseHeader(name);
  audioOfferFault(message.getHeader('content-type'), message.body);
  incomingFacts((name) => message.getHeaders(name), { users: ['201'], region: 'SI' });
  Grammar.URIParse(message.getHeader('to') ?? '');
}

function judged(found: Slowest, uncaught: number): Verdict {
  return {
    pass: uncaught === 0 && found.slow === 0,
    uncaught,
    over50ms: found.slow,
    slowestMs: found.slowestMs,
  };
}

/** Exceptions that no guard has caught. */
function countUncaught(): { count(): number; stop(): void } {
  let uncaught = 0;
  const hear = (error: unknown): void => {
    uncaught++;
    process.stderr.write(`uncaught: ${error instanceof Error ? error.stack : String(error)}\n`);
  };
  process.on('uncaughtException', hear).on('unhandledRejection', hear);
  return {
    count: () => uncaught,
    stop: () => void process.off('uncaughtException', hear).off('unhandledRejection', hear),
  };
}
