/** A customer with a telephone in the city: baresip, a real SIP telephone, that plays a tone and records what it hears. */
import { once } from 'node:events';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { startChild } from './child.ts';
import { freeTcpPort } from './ports.ts';
import { watchSoundOf, type Arrival } from './sound-arrival.ts';
import { hasTone, holdsTone, strongestTone } from './tone.ts';
import { waitFor } from './wait-for.ts';
import { cut, readWav, syllables, writeWav, type Sound } from './wav.ts';

export interface CityCallerOptions {
  /** Configuration, log and recordings of this customer. */
  readonly folder: string;
  /** Asterisk's city side on 127.0.0.1. */
  readonly exchangePort: number;
  /** The number shown to the exchange, E.164; null: withheld. */
  readonly number: string | null;
  /** The tone spoken, in hertz. */
  readonly toneHz?: number;
  /** UDP port to be called on; any free one when left out. */
  readonly port?: number;
  /** What happens when the telephone rings. */
  readonly answers?: 'at-once' | 'by-hand';
  /** What it speaks: A-law, as the city's lines do, or Opus with forward error correction. */
  readonly codec?: 'pcma' | 'opus';
  /** What it says over and over, instead of a tone in syllables; 48 kHz for Opus, 8 kHz for A-law. */
  readonly words?: Sound;
  /** Says back what it hears, instead of its own tone. */
  readonly echoes?: boolean;
}

export type CallEvent = 'calling' | 'ringing' | 'rung' | 'established' | 'closed';

export interface CityCaller {
  /** Everything that happened, in order; `closed` carries the reason. */
  readonly events: readonly { readonly type: CallEvent; readonly detail: string }[];
  /** Dials; settles when the telephone has sent its INVITE. */
  call(number: string): Promise<void>;
  /** Takes the call that rings here. */
  answer(): Promise<void>;
  hangUp(): Promise<void>;
  /** Hangs up whatever is up; never fails. */
  drop(): void;
  /** Until it has happened since the last `call`. */
  waitFor(type: CallEvent, withinMs?: number): Promise<string>;
  /** What was heard in the last call, or in the one that is up. */
  heard(): Promise<Sound>;
  /** What was said in it; its recording begins within a packet or two of the other. */
  said(): Promise<Sound>;
  /** Until the last second heard is this tone. */
  waitForTone(hz: number, withinMs?: number): Promise<void>;
  /** Until the last second heard holds this tone, alone or among others. */
  hears(hz: number): Promise<void>;
  /** Whether the last second heard holds this tone. */
  isHearing(hz: number): Promise<boolean>;
  /** Watches from now on whether sound arrives in the call that is up. */
  watchArrival(): Promise<Arrival>;
  stop(): Promise<void>;
}

const eventTypes: Readonly<Record<string, CallEvent>> = {
  CALL_OUTGOING: 'calling',
  CALL_LOCAL_SDP: 'calling',
  CALL_RINGING: 'ringing',
  CALL_PROGRESS: 'ringing',
  CALL_INCOMING: 'rung',
  CALL_ESTABLISHED: 'established',
  CALL_CLOSED: 'closed',
};

/** Starts the telephone and waits until it listens. Throws with its log when it does not. */
export async function startCityCaller(options: CityCallerOptions): Promise<CityCaller> {
  const { folder } = options;
  await mkdir(folder, { recursive: true });
  const controlPort = await freeTcpPort();
  const microphone = path.join(folder, 'microphone.wav');
  // baresip plays a file once, so it is longer than any test.
  const words = options.words ?? syllables(options.toneHz ?? 700, 1.2, rateOf(options));
  await writeWav(microphone, repeated(words, 600));
  await writeFile(path.join(folder, 'config'), configText(options, controlPort, microphone));
  await writeFile(path.join(folder, 'accounts'), `${account(options)}\n`);
  await writeFile(path.join(folder, 'contacts'), '');

  const child = startChild({
    command: 'baresip',
    args: ['-f', folder],
    logFile: path.join(folder, 'baresip.log'),
  });
  const control = await waitFor(
    'baresip listening',
    async () => {
      if (!child.isUp) throw new Error(`baresip has ended\n${await child.lastWords()}`);
      const socket = connect({ host: '127.0.0.1', port: controlPort });
      await once(socket, 'connect');
      return socket;
    },
    15_000,
  );
  control.on('error', () => undefined);

  const events: { type: CallEvent; detail: string }[] = [];
  let from = 0;
  onNetstring(control, (message) => {
    const type = eventTypes[String(message['type'])];
    if (message['event'] === true && type !== undefined)
      events.push({ type, detail: JSON.stringify(message['param'] ?? '') });
  });
  const say = (command: string, params = '') => {
    const text = JSON.stringify({ command, params, token: command });
    control.write(`${Buffer.byteLength(text)}:${text},`);
  };
  const seen = (type: CallEvent) => events.slice(from).find((event) => event.type === type);

  const recordings = async (side: 'dec' | 'enc' = 'dec') => {
    const names = (await readdir(folder)).filter((name) => name.endsWith(`-${side}.wav`));
    return names.sort().map((name) => path.join(folder, name));
  };

  const caller: CityCaller = {
    events,
    async call(number) {
      from = events.length;
      const old = [...(await recordings()), ...(await recordings('enc'))];
      await Promise.all(old.map((file) => rm(file)));
      say('dial', `sip:${number}@127.0.0.1:${options.exchangePort}`);
      await caller.waitFor('calling');
    },
    async answer() {
      say('accept');
      await caller.waitFor('established');
    },
    async hangUp() {
      say('hangup');
      await caller.waitFor('closed');
    },
    drop: () => say('hangup'),
    async waitFor(type, withinMs = 30_000) {
      const event = await waitFor(`the customer's call ${type}`, () => seen(type), withinMs);
      return event.detail;
    },
    async heard() {
      return join(await Promise.all((await recordings()).map((file) => readWav(file))));
    },
    async said() {
      return join(await Promise.all((await recordings('enc')).map((file) => readWav(file))));
    },
    async waitForTone(hz, withinMs = 20_000) {
      await waitFor(
        `the customer hearing ${hz} Hz`,
        async () => {
          const last = cut(await caller.heard(), -1, 1);
          return last.samples.length > 0 && hasTone(last, hz);
        },
        withinMs,
      );
    },
    async hears(hz) {
      await waitFor(`the telephone hearing ${hz} Hz`, async () => {
        const last = cut(await caller.heard(), -1, 1);
        if (holdsTone(last, hz)) return true;
        throw new Error(`it hears ${JSON.stringify(strongestTone(last))}`);
      });
    },
    isHearing: async (hz) => holdsTone(cut(await caller.heard(), -1, 1), hz),
    watchArrival: () => watchSoundOf(child.pid, path.join(folder, 'tcpdump.log')),
    async stop() {
      say('quit');
      control.end();
      await child.stop(3000);
      control.destroy();
    },
  };
  return caller;
}

const sourceOf = (options: CityCallerOptions, microphone: string) =>
  options.echoes ? 'aubridge,ear' : `aufile,${microphone}`;

const rateOf = ({ codec }: CityCallerOptions) => (codec === 'opus' ? 48_000 : 8_000);

function account(options: CityCallerOptions): string {
  const who =
    options.number === null
      ? '"Anonymous" <sip:anonymous@anonymous.invalid>'
      : `<sip:${options.number}@127.0.0.1>`;
  const mode = options.answers === 'at-once' ? 'auto' : 'manual';
  return `${who};regint=0;audio_codecs=${options.codec === 'opus' ? 'opus/48000/1' : 'pcma'};answermode=${mode}`;
}

function configText(options: CityCallerOptions, controlPort: number, microphone: string): string {
  return `sip_listen 127.0.0.1:${options.port ?? 0}
audio_player aubridge,ear
audio_alert aubridge,bell
audio_source ${sourceOf(options, microphone)}
audio_srate ${rateOf(options)}
audio_channels 1
snd_path ${options.folder}
module_path /usr/lib/baresip/modules
module g711.so
module opus.so
opus_inbandfec yes
opus_packet_loss 10
opus_application voip
opus_bitrate 32000
opus_stereo no
opus_sprop_stereo no
module aufile.so
module aubridge.so
module sndfile.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:${controlPort}
`;
}

/** baresip's control speaks netstrings of JSON: "LENGTH:JSON,". */
function onNetstring(socket: Socket, hear: (message: Record<string, unknown>) => void): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (data: Buffer) => {
    rest = Buffer.concat([rest, data]);
    for (;;) {
      const colon = rest.indexOf(':');
      const length = Number(rest.toString('latin1', 0, Math.max(colon, 0)));
      if (colon < 0 || rest.length < colon + length + 2) return;
      hear(
        JSON.parse(rest.toString('utf8', colon + 1, colon + 1 + length)) as Record<string, unknown>,
      );
      rest = rest.subarray(colon + length + 2);
    }
  });
}

function repeated({ rate, samples }: Sound, seconds: number): Sound {
  const all = new Float32Array(Math.ceil((seconds * rate) / samples.length) * samples.length);
  for (let at = 0; at < all.length; at += samples.length) all.set(samples, at);
  return { rate, samples: all };
}

function join(parts: readonly Sound[]): Sound {
  const rate = parts.find((part) => part.rate > 0)?.rate ?? 8000;
  const samples = new Float32Array(parts.reduce((sum, part) => sum + part.samples.length, 0));
  let at = 0;
  for (const part of parts) {
    samples.set(part.samples, at);
    at += part.samples.length;
  }
  return { rate, samples };
}
