/** SIP over WebSocket (RFC 7118): one socket to the exchange, watched so closely that a dead one is noticed within 3 s. */
import type net from 'node:net';
import { networkInterfaces } from 'node:os';
import { TransportState, type Transport } from 'sip.js';
import { EmitterImpl } from 'sip.js/lib/api/emitter.js';
import type { RawData, WebSocket } from 'ws';
import type { Clock } from '../host.ts';
import type { Log } from '../log.ts';
import { ConnectError, openExchangeSocket, type ExchangeSocket } from './exchange-socket.ts';
import { createMessageGate, type MessageGate } from './message-gate.ts';
import { normalMessage } from './normal-message.ts';
import { withTrueAllow } from './sip-patch.ts';

export interface WsTransportOptions {
  /** ws:// or wss:// */
  readonly server: string;
  /** PEM; what a wss server must be vouched for by. */
  readonly ca: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  record(direction: 'sent' | 'received', text: string): void;
  /** Whether a call is up or ringing, so that a dead socket must be noticed sooner. */
  isBusy?(): boolean;
}

/**
 * RFC 7118 §6: WebSocket Ping frames keep the flow open; each must be followed by some sign of life. Silence is measured from
 * the last sign, so that a black hole is noticed within the limit, whenever it begins.
 */
const pings = {
  idle: { everyMs: 1000, silentMs: 2500 },
  busy: { everyMs: 500, silentMs: 2000 },
} as const;
/** A process that was stopped or busy has heard nothing either: so late a look asks again before it judges. */
const lateMs = 1000;
const secondChanceMs = 1000;
/** RFC 5626 §4.4.1: "If no pong is received within 10 seconds after sending a ping …, then the client MUST treat the flow as failed". */
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
  #watching: Disposable | null = null;
  #heardAt = 0;
  readonly #gate: MessageGate;
  #refusals = 0;
  #refusedAt = 0;
  #flow: Disposable | null = null;
  #pongDue: Disposable | null = null;

  /** sip.js makes it: `transportConstructor`, `transportOptions`. */
  constructor(_logger: unknown, options: WsTransportOptions) {
    this.#options = options;
    this.#gate = createMessageGate(options.clock);
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
    let opening: ExchangeSocket;
    try {
      opening = openExchangeSocket(server, ca);
    } catch (error) {
      this.#enter(TransportState.Disconnected);
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
    const { socket } = opening;
    this.#socket = socket;
    return new Promise((resolve, reject) => {
      let opened = false;
      socket.on('open', () => {
        if (this.#socket !== socket) return socket.terminate();
        opened = true;
        this.#begin(socket);
        resolve();
      });
      socket.on('close', (code) => {
        if (!opened) reject(opening.fault(code));
        if (this.#socket !== socket) return;
        this.#drop();
        if (opened) this.onDisconnect?.(opening.problem ?? new Error(`closed (${code})`));
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

  /**
   * Asks the other side for a sign of life; a socket that gives none within `limitMs` is given up, one whose own address this
   * machine has no longer at once.
   */
  probe(limitMs: number): void {
    const socket = this.#socket;
    if (!socket || !this.isConnected()) return;
    const asked = this.#options.clock.now();
    if (this.#isAstray(socket))
      return this.#giveUp(socket, new ConnectError('moved', 'its own address is gone'));
    socket.ping();
    this.#timers.push(
      this.#options.clock.after(limitMs, () => {
        if (this.#socket === socket && this.#heardAt < asked) this.#giveUp(socket);
      }),
    );
  }

  /**
   * RFC 5626 §4.4.1, §3.5.1: where the exchange gives a Flow-Timer, a double CRLF goes out between 80 and 100 % of it, and must
   * be answered by a single one. null: WebSocket pings are enough.
   */
  keepFlow(flowSeconds: number | null): void {
    this.#flow?.[Symbol.dispose]();
    this.#flow = null;
    const socket = this.#socket;
    if (flowSeconds === null || !socket) return;
    const { clock } = this.#options;
    this.#flow = clock.after(flowSeconds * (800 + 200 * Math.random()), () => {
      if (this.#socket !== socket) return;
      socket.send('\r\n\r\n', () => undefined);
      this.#pongDue ??= clock.after(crlfPongMs, () => this.#giveUp(socket));
      this.keepFlow(flowSeconds);
    });
  }

  #begin(socket: WebSocket): void {
    this.#heard();
    this.#enter(TransportState.Connected);
    this.#watch(socket, this.#options.clock.now());
    this.onConnect?.();
  }

  /** Pings, and looks when the silence would have been too long. */
  #watch(socket: WebSocket, due: number, pingedAt = 0): void {
    if (this.#socket !== socket) return;
    const { clock } = this.#options;
    const now = clock.now();
    const { everyMs, silentMs } = this.#options.isBusy?.() ? pings.busy : pings.idle;
    if (now - due > lateMs)
      this.#heardAt = Math.max(this.#heardAt, now - silentMs + secondChanceMs);
    const left = this.#heardAt + silentMs - now;
    if (left <= 0) return this.#giveUp(socket);
    const toPing = pingedAt + everyMs - now;
    if (toPing <= 0) socket.ping();
    const next = Math.min(left, toPing <= 0 ? everyMs : toPing);
    this.#watching = clock.after(next, () =>
      this.#watch(socket, now + next, toPing <= 0 ? now : pingedAt),
    );
  }

  #isAstray(socket: WebSocket): boolean {
    const { localAddress } = (socket as unknown as { _socket?: net.Socket })._socket ?? {};
    if (localAddress === undefined) return false;
    const own = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
    return !own.some(({ address }) => address === localAddress.replace(/^::ffff:/, ''));
  }

  #giveUp(socket: WebSocket, why = new ConnectError('timeout', 'no sign of life')): void {
    const silentMs = this.#options.clock.now() - this.#heardAt;
    this.#options.log.warn({ silentMs, problem: why.problem }, 'line is dead');
    socket.terminate();
    // A socket without a peer may take its time to close: it is gone now.
    this.#drop();
    this.onDisconnect?.(why);
  }

  #heard(): void {
    this.#heardAt = this.#options.clock.now();
  }

  #receive(text: string): void {
    this.#heard();
    if (/^(\r\n)+$/.test(text)) {
      this.#pongDue?.[Symbol.dispose]();
      this.#pongDue = null;
      return;
    }
    try {
      const refusal = this.#gate.pass(text, () => {
        this.#options.record('received', text);
        this.onMessage?.(normalMessage(text));
      });
      if (refusal) this.#refused(refusal, text.length);
    } catch (error) {
      // sip.js throws on some malformed messages (a response with "CSeq: 1"): drop them, the line goes on.
      const kind = error instanceof Error ? error.name : typeof error;
      this.#options.log.warn({ kind, length: text.length }, 'malformed SIP message dropped');
    }
  }

  /** Told once a second: a log that is flooded, too, tells nothing. */
  #refused(refusal: string, length: number): void {
    const now = this.#options.clock.now();
    this.#refusals++;
    if (now - this.#refusedAt < 1000) return;
    this.#options.log.warn({ refusal, length, messages: this.#refusals }, 'SIP message refused');
    this.#refusedAt = now;
    this.#refusals = 0;
  }

  #drop(close: () => void = () => this.#socket?.terminate()): void {
    for (const timer of this.#timers) timer[Symbol.dispose]();
    this.#timers = [];
    for (const timer of [this.#watching, this.#flow, this.#pongDue]) timer?.[Symbol.dispose]();
    this.#flow = null;
    this.#pongDue = null;
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

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}
