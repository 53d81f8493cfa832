/**
 * Registering with Asterisk: a new connection until it is registered, and 500 lines after the exchange was killed and came back;
 * against bare SIP.js, which tries again every three seconds as its guide says.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { asteriskFolder } from '../../tools/floor/asterisk-folder.ts';
import { demoCentre, startAsterisk, type Asterisk } from '../floor/support/asterisk.ts';
import { bareAccount, bareLine } from '../floor/support/bare-line.ts';
import { until } from '../support/until.ts';
import { percentiles, print } from './figures.ts';
import { BareSipJs } from './bare-sip-js.ts';

interface Registered {
  /** Whether the exchange has it now. */
  readonly registered: boolean;
  /** How often it was refused. */
  readonly refused: number;
  close(): Promise<void>;
}

const firstExtension = 3000;
const secret = 'bench-secret';
const warmUp = 3;

/** `--short`: twenty registrations, and a storm of fifty lines. */
export async function benchRegister(): Promise<void> {
  const short = process.argv.includes('--short');
  const folder = mkdtempSync(join(tmpdir(), 'bench-register-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const lines = short ? 50 : 500;
  const centre = join(folder, 'centre.yaml');
  writeFileSync(centre, centreWith(lines));
  const extensions = Array.from({ length: lines }, (_, at) => String(firstExtension + at));
  const asterisk = await startAsterisk({
    root: await asteriskFolder(),
    folder: join(folder, 'ast'),
    centre,
    // SIP.js knows no other digest.
    digests: Object.fromEntries(extensions.map((one) => [one, 'MD5'])),
  });
  stack.defer(() => asterisk.stop());
  await warm(asterisk, short ? 20 : 200);
  await storm(asterisk, extensions);
}

async function warm(asterisk: Asterisk, count: number): Promise<void> {
  const own: number[] = [];
  const peer: number[] = [];
  const extension = String(firstExtension);
  for (let at = -warmUp; at < count; at++) {
    const one = await timed(() => openOurs(asterisk, extension));
    const other = await timed(() => openPeer(asterisk, extension));
    if (at < 0) continue;
    own.push(one);
    peer.push(other);
  }
  const figures = percentiles(own);
  const against = percentiles(peer);
  print({
    bench: 'register',
    case: 'warm',
    n: own.length,
    ...figures,
    unit: 'ms',
    peer: 'SIP.js',
    peerP50: against.p50,
    peerP95: against.p95,
    ratio: figures.p95 / against.p95,
  });
}

async function timed(open: () => Promise<Registered>): Promise<number> {
  const began = performance.now();
  const line = await open();
  const took = performance.now() - began;
  await line.close();
  return took;
}

async function storm(asterisk: Asterisk, extensions: readonly string[]): Promise<void> {
  const ours = await stormOf(asterisk, extensions, openOurs);
  const peer = await stormOf(asterisk, extensions, openPeer);
  const figures = percentiles(ours.each);
  const against = percentiles(peer.each);
  print({
    bench: 'register',
    case: 'storm',
    n: extensions.length,
    ...figures,
    all: Math.max(...ours.each),
    refused: ours.refused,
    // Until Asterisk says that it is fully booted it answers 503 to everybody.
    booted: ours.booted,
    unit: 'ms',
    peer: 'SIP.js every 3 s',
    peerP95: against.p95,
    peerAll: Math.max(...peer.each),
    peerRefused: peer.refused,
    peerBooted: peer.booted,
    ratio: figures.p95 / against.p95,
  });
}

/** Milliseconds from the moment the exchange takes connections again until each line is registered. */
async function stormOf(
  asterisk: Asterisk,
  extensions: readonly string[],
  open: (asterisk: Asterisk, extension: string) => Promise<Registered>,
): Promise<{ each: readonly number[]; refused: number; booted: number }> {
  const lines: Registered[] = [];
  for (const extension of extensions) lines.push(await open(asterisk, extension));
  await asterisk.kill();
  await until('all lost', () => lines.every(({ registered }) => !registered));
  const before = lines.reduce((sum, { refused }) => sum + refused, 0);
  const back = new Map<Registered, number>();
  const look = setInterval(() => {
    for (const line of lines)
      if (line.registered && !back.has(line)) back.set(line, performance.now());
  }, 5);
  const [began, booted] = await Promise.all([
    takesConnections(asterisk.address),
    asterisk.restart().then(() => performance.now()),
  ]);
  await until('all registered', () => back.size === lines.length, 60_000);
  clearInterval(look);
  const refused = lines.reduce((sum, line) => sum + line.refused, 0) - before;
  await Promise.all(lines.map((line) => line.close()));
  const each = [...back.values()].map((at) => Math.max(0, at - began));
  return { each, refused, booted: booted - began };
}

async function takesConnections(address: string): Promise<number> {
  const port = Number(new URL(address).port);
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (open) return performance.now();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function openOurs(asterisk: Asterisk, extension: string): Promise<Registered> {
  const { line, ...desk } = bareLine(extension);
  let refused = 0;
  line.onState(({ phase }) => {
    if (phase === 'refused') refused++;
  });
  const { domain } = asterisk.centre.exchange;
  await line.open(bareAccount(extension, secret, asterisk.address, domain));
  await until('registered', () => line.state.phase === 'registered');
  return {
    get registered() {
      return line.state.phase === 'registered';
    },
    get refused() {
      return refused;
    },
    close: async () => {
      await desk[Symbol.asyncDispose]();
    },
  };
}

async function openPeer(asterisk: Asterisk, extension: string): Promise<Registered> {
  const { domain } = asterisk.centre.exchange;
  const peer = new BareSipJs(asterisk.address, domain, extension, secret);
  await peer.open();
  return peer;
}

/** The demo centre with so many operators more. */
function centreWith(lines: number): string {
  const centre = parse(readFileSync(demoCentre, 'utf8')) as { people: object[] };
  for (let at = 0; at < lines; at++) {
    const extension = String(firstExtension + at);
    centre.people.push({
      username: `bench${extension}`,
      name: `Bench ${extension}`,
      role: 'operator',
      line: { extension, sipUser: extension, secret },
    });
  }
  return stringify(centre);
}
