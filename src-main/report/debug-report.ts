/** The report a person copies for support: all that helps to find a fault, and nothing that says who called whom. */
import type { AudioState, MediaReport, SipMessage, SyncState } from '#shared/contract/desk.ts';
import type { LineAccount, LineState } from '#shared/model/line.ts';
import type { Preflight } from '#shared/model/preflight.ts';
import { withoutOwner } from '../voice/device-label.ts';
import { maskedLogLine } from './masked-log.ts';
import { maskedSip } from './masked-sip.ts';
import { Pseudonyms } from './pseudonyms.ts';

const shownMessages = 200;

export interface ReportFacts {
  readonly at: string;
  readonly host: 'electron' | 'browser';
  /** Versions by name, system, architecture; of this program and what it runs on. */
  readonly versions: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly line: LineState;
  readonly account: LineAccount | null;
  readonly sip: readonly SipMessage[];
  readonly media: readonly MediaReport[];
  readonly audio: AudioState;
  readonly sync: SyncState;
  readonly preflight: Preflight;
  /** Lines of the log as they are in its file. */
  readonly log: readonly string[];
  /** Whether a word belongs to a customer, a colleague or this operator. */
  readonly isPersonal: (word: string) => boolean;
}

/** Pure; the same stand-in is the same thing throughout. */
export function debugReport(facts: ReportFacts): string {
  const stands = new Pseudonyms();
  const messages = facts.sip.slice(-shownMessages);
  return [
    section('Centrala', { made: facts.at, host: facts.host, ...facts.versions }),
    section('Settings', facts.settings),
    section('Line', { ...lineFacts(facts.line, stands), ...accountFacts(facts.account, stands) }),
    section('Server', syncFacts(facts.sync)),
    section('Sound', audioFacts(facts.audio, facts.isPersonal)),
    section('Check before the shift', preflightFacts(facts.preflight, facts.isPersonal)),
    list('Media of live calls', facts.media.map(mediaLine)),
    list(
      `SIP, the last ${messages.length} messages`,
      messages.map(
        ({ at, direction, text }) => `--- ${at} ${direction}\n${maskedSip(text, stands)}`,
      ),
    ),
    list(
      'Log',
      facts.log.flatMap((line) => maskedLogLine(line, facts.isPersonal) ?? []),
    ),
  ].join('\n\n');
}

type Facts = Readonly<Record<string, string | number | boolean | null>>;

function section(title: string, facts: Facts): string {
  return list(
    title,
    Object.entries(facts).map(([name, value]) => `${name}: ${value ?? '-'}`),
  );
}

function list(title: string, lines: readonly string[]): string {
  return [`## ${title}`, ...(lines.length > 0 ? lines : ['-'])].join('\n');
}

/** The exchange's own words and TLS errors name hosts: only the problem is told. */
function lineFacts({ phase, problem, extension, retryAt }: LineState, stands: Pseudonyms): Facts {
  const own = extension === null ? null : stands.ofUser(extension);
  return { phase, problem, extension: own, retryAt };
}

function accountFacts(account: LineAccount | null, stands: Pseudonyms): Facts {
  if (!account) return { account: 'none' };
  const exchange = new URL(account.exchange);
  return {
    exchange: `${exchange.protocol}//${stands.of('host', exchange.hostname)}:${exchange.port || '-'}`,
    domain: stands.of('host', account.domain),
    iceServers: account.iceServers.length,
    outsidePrefix: account.outsidePrefix === '' ? 'none' : `${account.outsidePrefix.length} digits`,
    watches: account.watches.length,
  };
}

function syncFacts({ server, waiting, refused, loading, customers }: SyncState): Facts {
  return { server, waiting, refused, loading, customers };
}

function audioFacts(audio: AudioState, isPersonal: (word: string) => boolean): Facts {
  const label = (text: string | null): string => (text === null ? '-' : product(text, isPersonal));
  const { microphones, speakers, ringers, ringVolume, noiseSuppression } = audio.wishes;
  return {
    page: audio.page,
    microphone: audio.microphone,
    microphoneInUse: label(audio.microphoneInUse),
    speakerInUse: label(audio.speakerInUse),
    ringerInUse: label(audio.ringerInUse),
    missing: audio.missing.join(' ') || 'none',
    noise: `${noiseSuppression ? 'wished' : 'not wished'}, ${audio.noiseSuppression}`,
    proven: audio.proven,
    headset: `${audio.headset.state} ${label(audio.headset.product)}`,
    wished: `${microphones.length} microphones, ${speakers.length} speakers, ${ringers.length} ringers, volume ${ringVolume}`,
    devices: audio.devices
      .map(({ kind, label: written }) => `${kind} "${product(written, isPersonal)}"`)
      .join('; '),
  };
}

function preflightFacts(run: Preflight, isPersonal: (word: string) => boolean): Facts {
  const figure = ([name, value]: readonly [string, number | string]): string =>
    `${name} ${typeof value === 'number' ? value : product(value, isPersonal)}`;
  const told = run.checks.map(({ name, state, problem, figures }) => [
    name,
    [problem ?? state, ...Object.entries(figures).map(figure)].join(', '),
  ]);
  return { state: run.state, finishedAt: run.finishedAt, ...Object.fromEntries(told) };
}

/** What the maker calls it. */
function product(label: string, isPersonal: (word: string) => boolean): string {
  return withoutOwner(label)
    .split(' ')
    .map((word) => (isPersonal(word.replaceAll(/[^\p{L}\p{M}\d]/gu, '')) ? '…' : word))
    .join(' ')
    .slice(0, 100);
}

function mediaLine({ callId, stats, quality }: MediaReport): string {
  if (!stats) return `${callId} no answer from the voice page`;
  const { codec, ...counts } = stats;
  const known = codec !== null && /^[A-Za-z][\w.-]{1,19}$/.test(codec) ? codec : '-';
  return `${callId} ${known} ${JSON.stringify(counts)} ${JSON.stringify(quality)}`;
}
