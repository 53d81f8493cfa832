/** The mouth and ear of a caller who is only a socket: A-law packets (RFC 3551 §4.5.14) out, and what comes in by its time. */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:dgram';
import type { Sound } from '../floor/support/wav.ts';

const rate = 8_000;
/** Samples and milliseconds of a packet. */
const size = 160;
const packetMs = 20;

interface Packet {
  /** Milliseconds (performance.now) at which it went or came. */
  readonly at: number;
  /** First sample, counted from the first packet's. */
  readonly from: number;
  readonly samples: Float32Array;
}

/** Sound with the moments at which its packets passed. */
export interface TimedSound {
  readonly sound: Sound;
  /** Milliseconds (performance.now) at which the packet with this sample passed, by the packets of the second around it. */
  passedAt(sample: number): number;
}

export interface RtpSpeaker extends Disposable {
  readonly said: TimedSound;
  readonly heard: TimedSound;
}

/** @param words 8 kHz, over and over */
export function rtpSpeaker(socket: Socket, port: number, words: Sound): RtpSpeaker {
  const said: Packet[] = [];
  const heard: Packet[] = [];
  const source = randomBytes(4).readUInt32BE();
  const began = performance.now();
  const speak = (): void => {
    while (performance.now() - began >= said.length * packetMs) {
      const count = said.length;
      const samples = Float32Array.from(
        { length: size },
        (_, index) => words.samples[(count * size + index) % words.samples.length] ?? 0,
      );
      const packet = Buffer.alloc(12 + size);
      packet[0] = 0x80;
      packet[1] = 8;
      packet.writeUInt16BE(count & 0xffff, 2);
      packet.writeUInt32BE(count * size, 4);
      packet.writeUInt32BE(source, 8);
      for (const [index, sample] of samples.entries()) packet[12 + index] = toALaw(sample);
      socket.send(packet, port, '127.0.0.1');
      said.push({ at: performance.now(), from: count * size, samples });
    }
  };
  let first: number | null = null;
  const hear = (packet: Buffer): void => {
    if (packet.length < 12 || ((packet[1] ?? 0) & 0x7f) !== 8) return;
    const stamp = packet.readUInt32BE(4);
    first ??= stamp;
    // Modulo 2^32, and what came in before the first is negative.
    const from = (stamp - first) | 0;
    if (from < 0) return;
    const samples = Float32Array.from(packet.subarray(12), fromALaw);
    heard.push({ at: performance.now(), from, samples });
  };
  socket.on('message', hear);
  const timer = setInterval(speak, packetMs / 4);
  return {
    get said() {
      return timed(said);
    },
    get heard() {
      return timed(heard);
    },
    [Symbol.dispose]: () => {
      clearInterval(timer);
      socket.off('message', hear);
    },
  };
}

function timed(packets: readonly Packet[]): TimedSound {
  const end = packets.reduce((most, one) => Math.max(most, one.from + one.samples.length), 0);
  const samples = new Float32Array(end);
  for (const one of packets) samples.set(one.samples, one.from);
  return {
    sound: { rate, samples },
    passedAt: (sample) => {
      const offsets = packets
        .filter((one) => Math.abs(one.from - sample) < rate)
        .map((one) => one.at - (one.from * 1_000) / rate)
        .sort((one, other) => one - other);
      return (offsets[Math.floor(offsets.length / 2)] ?? Number.NaN) + (sample * 1_000) / rate;
    },
  };
}

/** ITU-T G.711, Table 1a. */
function toALaw(sample: number): number {
  const whole = Math.round(Math.min(1, Math.abs(sample)) * 4_095);
  const segment = Math.max(0, Math.floor(Math.log2(Math.max(1, whole))) - 4);
  const step = segment < 2 ? whole >> 1 : whole >> segment;
  return ((sample >= 0 ? 0x80 : 0) | (segment << 4) | (step & 15)) ^ 0x55;
}

function fromALaw(byte: number): number {
  const code = byte ^ 0x55;
  const segment = (code >> 4) & 7;
  const step = code & 15;
  const whole = segment === 0 ? 2 * step + 1 : (2 * step + 33) << (segment - 1);
  return ((code & 0x80 ? 1 : -1) * whole) / 4_096;
}
