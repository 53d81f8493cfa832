/**
 * A worse network between one voice page and the exchange: every packet of the call goes through here, because each side
 * is told only this one's address. Sound is dropped or held up as wished; the handshakes pass untouched.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { VoiceClient } from '../../src-main/voice/voice-client.ts';

export interface NetworkWishes {
  /** Share of the packets that do not arrive, 0 to 1. */
  readonly loss: number;
  /** Milliseconds by which a packet is held up at most; evenly spread. */
  readonly jitter: number;
}

export interface WorseNetwork extends AsyncDisposable {
  wishes: NetworkWishes;
  /** The page, with the addresses in its descriptions changed on their way. */
  readonly client: VoiceClient;
}

/** @param random 0 to 1, of a known seed */
export async function worseNetwork(page: VoiceClient, random: () => number): Promise<WorseNetwork> {
  const toPage = await bound();
  const toExchange = await bound();
  let pageAt: RemoteInfo | null = null;
  let exchangePort = 0;
  const network = { wishes: { loss: 0, jitter: 0 } as NetworkWishes };
  const heldUp = new Set<NodeJS.Timeout>();

  const pass = (packet: Buffer, send: () => void): void => {
    // RFC 7983: 128 to 191 is RTP and RTCP, all else belongs to ICE and DTLS.
    const first = packet[0] ?? 0;
    if (first < 128 || first > 191) return send();
    if (random() < network.wishes.loss) return;
    if (network.wishes.jitter === 0) return send();
    const timer = setTimeout(() => {
      heldUp.delete(timer);
      send();
    }, random() * network.wishes.jitter);
    heldUp.add(timer);
  };
  toPage.on('message', (packet, from) => {
    pageAt = from;
    pass(packet, () => toExchange.send(packet, exchangePort, '127.0.0.1'));
  });
  toExchange.on('message', (packet) => {
    const to = pageAt;
    if (to) pass(packet, () => toPage.send(packet, to.port, to.address));
  });

  const { peer } = page.rpc;
  const describe: typeof peer.describe = async (...given) => {
    const made = await peer.describe(...given);
    return { ...made, sdp: through(made.sdp, toExchange.address().port) };
  };
  const accept: typeof peer.accept = (given, ...rest) => {
    exchangePort = Number(/^m=audio (\d+)/m.exec(given.sdp)?.[1]);
    return peer.accept({ ...given, sdp: through(given.sdp, toPage.address().port) }, ...rest);
  };
  const own: Readonly<Record<string, unknown>> = { describe, accept };
  const rpc = new Proxy(page.rpc, {
    get: (all, name) =>
      name === 'peer'
        ? new Proxy(peer, {
            get: (one, command) => own[String(command)] ?? Reflect.get(one, command),
          })
        : Reflect.get(all, name),
  });
  return Object.assign(network, {
    client: { rpc, closed: page.closed, end: () => page.end() },
    [Symbol.asyncDispose]: async () => {
      for (const timer of heldUp) clearTimeout(timer);
      toPage.close();
      toExchange.close();
      await Promise.resolve();
    },
  });
}

/** The description with this address for its only one. */
function through(sdp: string, port: number): string {
  const candidate = `a=candidate:1 1 udp 2130706431 127.0.0.1 ${port} typ host`;
  const lines = sdp.split('\r\n').filter((line) => !line.startsWith('a=candidate:'));
  const audio = lines.findIndex((line) => line.startsWith('m=audio '));
  lines.splice(audio + 2, 0, candidate);
  return lines.join('\r\n').replace(/^m=audio \d+/m, `m=audio ${port}`);
}

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}
