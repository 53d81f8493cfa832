/** SIP over WebSocket (RFC 7118): one socket to the exchange, watched so closely that a dead one is noticed within 3 s. */
import net from 'node:net';
import tls, { type PeerCertificate } from 'node:tls';
import { TransportState, type Transport } from 'sip.js';
import { EmitterImpl } from 'sip.js/lib/api/emitter.js';
import { WebSocket, type RawData } from 'ws';
import type { Clock } from '../host.ts';
import type { Log } from '../log.ts';
import { certificateProblem, isCertificateFault } from './certificate.ts';
import { withTrueAllow } from './sip-patch.ts';

export interface WsTransportOptions {
  /** ws:// or wss:// */
  readonly server: string;
  /** PEM; what a wss server must be vouched for by. */
  readonly ca: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  record(direction: 'sent' | 'received', text: string): void;
}

/** Why the exchange could not be reached. */
export class ConnectError extends Error {
  readonly problem: 'unreachable' | 'certificate' | 'timeout' | 'gone';
  constructor(problem: ConnectError['problem'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ConnectError';
    this.problem = problem;
  }
}

/** An exchange that does not close its side holds nothing here; an option of ws that its types do not know yet. */
const closing = { closeTimeout: 1000 };
const handshakeMs = 2500;
/** RFC 7118 §6: WebSocket Ping frames keep the flow open; each must be followed by some sign of life. */
const pingEveryMs = 1000;
const silentAfterMs = 2500;
/** RFC 5626 §3.5.1, §4.4.1: double CRLF; a peer that answers it once and then not within 10 s has lost the flow. */
const crlfEveryMs = 25_000;
const crlfPongMs = 10_000;

export class WsTransport implements Transport {
  readonly protocol: string;
  onConnect: (() => void) | undefined;
  onDisconnect: ((error?: Error) => void) | undefined;
  onMessage: ((message: string) => void) | undefined;
  state: TransportState = TransportState.Disconnected;
  readonly stateChange = new EmitterImpl<TransportState>();
  readonly #options: WsTransportOptions;
  #socket: WebSocket | null = null;
  #timers: Disposable[] = [];
  #heardAt = 0;
  #crlfAnswered = false;
  #crlfSentAt: number | null = null;

  /** sip.js makes it: `transportConstructor`, `transportOptions`. */
  constructor(_logger: unknown, options: WsTransportOptions) {
    this.#options = options;
    this.protocol = options.server.startsWith('wss:') ? 'WSS' : 'WS';
  }

  isConnected(): boolean {
    return this.state === TransportState.Connected;
  }

  /** Errors: ConnectError. */
  connect(): Promise<void> {
    if (this.isConnected()) return Promise.resolve();
    this.#drop();
    this.#enter(TransportState.Connecting);
    const { server, ca } = this.#options;
    let shown: PeerCertificate | null = null;
    let problem: Error | null = null;
    let socket: WebSocket;
    try {
      socket = new WebSocket(server, ['sip'], {
        handshakeTimeout: handshakeMs,
        ...closing,
        perMessageDeflate: false,
        maxPayload: 1_048_576,
        ca: [...ca],
        ...(this.protocol === 'WSS' && {
          createConnection: ((options: tls.ConnectionOptions) =>
            connectTls(
              options,
              (certificate) => (shown = certificate),
            )) as typeof net.createConnection,
        }),
      });
    } catch (error) {
      this.#enter(TransportState.Disconnected);
      return Promise.reject(new ConnectError('unreachable', String(error), { cause: error }));
    }
    this.#socket = socket;
    return new Promise((resolve, reject) => {
      let opened = false;
      socket.on('error', (error) => (problem = error));
      socket.on('open', () => {
        if (this.#socket !== socket) return socket.terminate();
        opened = true;
        this.#begin(socket);
        resolve();
      });
      socket.on('close', (code) => {
        if (!opened) reject(connectError(problem, shown, code));
        if (this.#socket !== socket) return;
        this.#drop();
        if (opened) this.onDisconnect?.(problem ?? new Error(`closed (${code})`));
      });
      socket.on('message', (data) => {
        if (this.#socket === socket) this.#receive(textOf(data));
      });
      for (const sign of ['ping', 'pong'] as const) socket.on(sign, () => this.#heard());
    });
  }

  /** Closes the socket for good reasons of our own: `onDisconnect` is told without an error. */
  disconnect(): Promise<void> {
    const socket = this.#socket;
    if (!socket) return Promise.resolve();
    const wasOpen = this.isConnected();
    this.#drop(() => socket.close(1000));
    if (wasOpen) this.onDisconnect?.();
    return Promise.resolve();
  }

  dispose(): Promise<void> {
    return this.disconnect();
  }

  send(message: string): Promise<void> {
    const socket = this.#socket;
    if (!socket || !this.isConnected()) return Promise.reject(new Error('not connected'));
    const text = withTrueAllow(message);
    this.#options.record('sent', text);
    return new Promise((resolve, reject) =>
      socket.send(text, (error) => (error ? reject(error) : resolve())),
    );
  }

  /** Asks the other side for a sign of life; a socket that gives none within `limitMs` is given up. */
  probe(limitMs: number): void {
    const socket = this.#socket;
    if (!socket || !this.isConnected()) return;
    const asked = this.#options.clock.now();
    socket.ping();
    this.#timers.push(
      this.#options.clock.after(limitMs, () => {
        if (this.#socket === socket && this.#heardAt < asked) this.#giveUp(socket);
      }),
    );
  }

  #begin(socket: WebSocket): void {
    this.#crlfAnswered = false;
    this.#crlfSentAt = null;
    this.#heard();
    this.#enter(TransportState.Connected);
    let askedAt = this.#options.clock.now();
    this.#repeat(pingEveryMs, () => {
      const now = this.#options.clock.now();
      // A process that was stopped or busy has heard nothing either: it asks again before it judges.
      const wasAwake = now - askedAt < 2 * pingEveryMs;
      askedAt = now;
      const silent = wasAwake && now - this.#heardAt >= silentAfterMs;
      const unanswered =
        this.#crlfAnswered && this.#crlfSentAt !== null && now - this.#crlfSentAt >= crlfPongMs;
      if (silent || unanswered) this.#giveUp(socket);
      else socket.ping();
    });
    this.#repeat(crlfEveryMs, () => {
      this.#crlfSentAt ??= this.#options.clock.now();
      socket.send('\r\n\r\n', () => undefined);
    });
    this.onConnect?.();
  }

  #giveUp(socket: WebSocket): void {
    this.#options.log.warn({ silentMs: this.#options.clock.now() - this.#heardAt }, 'line is dead');
    socket.terminate();
    // A socket without a peer may take its time to close: it is gone now.
    this.#drop();
    this.onDisconnect?.(new ConnectError('timeout', 'no sign of life'));
  }

  #heard(): void {
    this.#heardAt = this.#options.clock.now();
  }

  #receive(text: string): void {
    this.#heard();
    if (/^(\r\n)+$/.test(text)) {
      this.#crlfAnswered = true;
      this.#crlfSentAt = null;
      return;
    }
    this.#options.record('received', text);
    try {
      this.onMessage?.(text);
    } catch (error) {
      // sip.js throws on some malformed messages (a response with "CSeq: 1"): drop them, the line goes on.
      const kind = error instanceof Error ? error.name : typeof error;
      this.#options.log.warn({ kind, length: text.length }, 'malformed SIP message dropped');
    }
  }

  #repeat(everyMs: number, run: () => void): void {
    const entry: Disposable[] = [];
    const again = (): void => {
      entry[0] = this.#options.clock.after(everyMs, () => {
        again();
        run();
      });
    };
    again();
    this.#timers.push({ [Symbol.dispose]: () => entry[0]?.[Symbol.dispose]() });
  }

  #drop(close: () => void = () => this.#socket?.terminate()): void {
    for (const timer of this.#timers) timer[Symbol.dispose]();
    this.#timers = [];
    const had = this.#socket !== null;
    if (had) close();
    this.#socket = null;
    if (this.state !== TransportState.Disconnected) this.#enter(TransportState.Disconnected);
  }

  #enter(state: TransportState): void {
    this.state = state;
    this.stateChange.emit(state);
  }
}

function connectTls(
  options: tls.ConnectionOptions,
  showed: (certificate: PeerCertificate) => void,
): tls.TLSSocket {
  const { host = '' } = options;
  const socket = tls.connect({
    ...options,
    // Else it would be taken for the path of a local socket.
    path: undefined,
    ...(options.servername === undefined && { servername: net.isIP(host) ? '' : host }),
  });
  // "secure" comes before the verdict: afterwards a refused certificate can no longer be read.
  socket.prependListener('secure', () => showed(socket.getPeerCertificate()));
  return socket;
}

function connectError(
  problem: Error | null,
  shown: PeerCertificate | null,
  code: number,
): ConnectError {
  if (!problem) return new ConnectError('gone', `closed (${code})`);
  if (isCertificateFault(problem))
    return new ConnectError('certificate', certificateProblem(problem, shown), { cause: problem });
  const timedOut = /timed out/i.test(problem.message);
  return new ConnectError(timedOut ? 'timeout' : 'unreachable', problem.message, {
    cause: problem,
  });
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}
