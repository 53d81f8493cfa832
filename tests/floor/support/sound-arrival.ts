/**
 * When sound reaches a telephone, by the kernel's clock (tcpdump(8)): what holds this process up counts for nothing. Asterisk
 * passes the packets of a call on one by one, so what a desk does not say does not arrive.
 */
import { readdir, readlink } from 'node:fs/promises';
import { startChild } from './child.ts';
import { boundUdpPorts } from './udp-table.ts';
import { waitFor } from './wait-for.ts';

export interface Arrival extends Disposable {
  /** Longest time between two packets of sound since it is watched, in seconds; they come every 20 ms. Not the one that lasts. */
  readonly longestSilence: number;
  /** How long none has come by now, in seconds. */
  readonly silentFor: number;
}

/** RTP (RFC 3550 §5.1) that is not RTCP (RFC 5761 §4), nor SIP, whose first byte is a letter. */
const rtp = '(udp[8] & 0xc0 == 0x80) and ((udp[9] & 0x7f) < 64 or (udp[9] & 0x7f) > 95)';

/** @param pid of the telephone, which is in a call and hears. Throws where no sound reaches it, or nobody may watch. */
export async function watchSoundOf(pid: number, logFile: string): Promise<Arrival> {
  const ports = (await udpPortsOf(pid)).map((port) => `dst port ${port}`).join(' or ');
  const filter = `udp and (${ports}) and ${rtp}`;
  const child = startChild({
    command: 'tcpdump',
    args: [...'-i lo -nn -tt -q -l --immediate-mode -Z root'.split(' '), filter],
    logFile,
  });
  let cameAt: number | null = null;
  let longest = 0;
  child.onLine((line) => {
    if (!line.includes(' IP ')) return;
    const at = Number(line.slice(0, line.indexOf(' ')));
    if (cameAt !== null) longest = Math.max(longest, at - cameAt);
    cameAt = at;
  });
  const first = await waitFor('sound reaching the telephone', async () => {
    if (!child.isUp) throw new Error(`tcpdump has ended\n${await child.lastWords()}`);
    return cameAt;
  }).catch(async (error: unknown) => {
    await child.kill();
    throw error;
  });
  return {
    get longestSilence() {
      return longest;
    },
    get silentFor() {
      return Math.max(0, Date.now() / 1000 - (cameAt ?? first));
    },
    [Symbol.dispose]: () => void child.kill(),
  };
}

/** The sockets it holds (proc(5)). */
async function udpPortsOf(pid: number): Promise<readonly number[]> {
  const folder = `/proc/${pid}/fd`;
  const held = new Set(
    await Promise.all(
      (await readdir(folder)).map((name) => readlink(`${folder}/${name}`).catch(() => '')),
    ),
  );
  const bound = await boundUdpPorts(pid);
  return bound.filter(({ inode }) => held.has(`socket:[${inode}]`)).map(({ port }) => port);
}
