/** The connection to the exchange: carries out what line-machine orders, with one socket and one registration at a time. */
import { UserAgentState, type UserAgent } from 'sip.js';
import { assertNever } from '#shared/assert-never.ts';
import type { LineState } from '#shared/model/line.ts';
import type { Clock } from '../host.ts';
import type { Log } from '../log.ts';
import { ConnectError } from './exchange-socket.ts';
import {
  lineStep,
  openLine,
  type LineFact,
  type LineMachine,
  type LineOrder,
  type LineStep,
} from './line-machine.ts';
import { register, type Registration, type RegisterOutcome } from './registration.ts';
import { WsTransport } from './ws-transport.ts';

export interface LineConnectionDeps {
  readonly ua: UserAgent;
  readonly clock: Clock;
  readonly log: Log;
  readonly extension: string;
  /** This machine's addresses now, in any form that can be compared. */
  addresses(): string;
  changed(state: LineState): void;
  /** The socket is gone; nothing can be said to the exchange until `back`. */
  lost(): void;
  back(): void;
  /** This machine's addresses have changed, and stay as they are now. */
  moved(): void;
}

const probeMs = 1000;
/**
 * Hosts tell of sleep and wake; that a cable was pulled or a VPN came up only the addresses tell. A look costs 0.1 ms, and what it
 * comes late by is silence in a call.
 */
const lookAtAddressesMs = 250;

export class LineConnection {
  readonly #deps: LineConnectionDeps;
  #machine: LineMachine | null = null;
  #registration: Registration | null = null;
  #retry: Disposable | null = null;
  #lookOut: Disposable | null = null;
  /** Counts the sockets, so that what an old one tells is not taken for the new one's word. */
  #socket = 0;
  #farewell: Promise<void> = Promise.resolve();
  #settleOpen: (() => void) | null = null;

  constructor(deps: LineConnectionDeps) {
    this.#deps = deps;
    deps.ua.delegate = {
      ...deps.ua.delegate,
      onDisconnect: (error) => {
        if (!error) return;
        const problem = error instanceof ConnectError ? error.problem : 'gone';
        this.#hear({ type: 'gone', problem, detail: error.message });
      },
    };
  }

  /** Settles when the first try has come out one way or the other; never fails. */
  open(): Promise<void> {
    return new Promise((resolve) => {
      this.#settleOpen = resolve;
      this.#watchAddresses(this.#deps.addresses());
      this.#take(openLine(this.#deps.clock.now()));
    });
  }

  /** Removes the binding and stops trying; the user agent is the caller's to stop. */
  async close(): Promise<void> {
    this.#hear({ type: 'close' });
    this.#lookOut?.[Symbol.dispose]();
    this.#settle();
    await this.#farewell;
  }

  probe(): void {
    this.#hear({ type: 'probe' });
  }

  #hear(fact: LineFact): void {
    const { clock } = this.#deps;
    if (this.#machine) this.#take(lineStep(this.#machine, fact, clock.now(), Math.random()));
  }

  #take({ machine, orders }: LineStep): void {
    this.#machine = machine;
    for (const order of orders) this.#obey(order);
  }

  #obey(order: LineOrder): void {
    const { ua, clock } = this.#deps;
    switch (order.order) {
      case 'connect':
        return void this.#connect();
      case 'drop':
        this.#socket++;
        this.#release();
        return void ua.transport.disconnect();
      case 'register': {
        const socket = this.#socket;
        this.#release();
        this.#registration = register(ua, clock, (outcome) => {
          if (this.#socket === socket) this.#hearOutcome(outcome);
        });
        return;
      }
      case 'unregister':
        this.#socket++;
        this.#farewell = this.#registration?.unregister() ?? Promise.resolve();
        return;
      case 'wait':
        this.#retry?.[Symbol.dispose]();
        this.#retry = clock.after(order.ms, () => this.#hear({ type: 'due' }));
        return;
      case 'stop-waiting':
        return this.#retry?.[Symbol.dispose]();
      case 'probe':
        if (ua.transport instanceof WsTransport) ua.transport.probe(probeMs);
        return;
      case 'tell':
        return this.#tell(order);
      case 'lost':
        return this.#deps.lost();
      case 'back':
        return this.#deps.back();
      default:
        return assertNever(order);
    }
  }

  async #connect(): Promise<void> {
    const { ua } = this.#deps;
    const socket = ++this.#socket;
    try {
      await (ua.state === UserAgentState.Started ? ua.transport.connect() : ua.start());
    } catch (error) {
      if (this.#socket !== socket) return;
      const problem = error instanceof ConnectError ? error.problem : 'unreachable';
      const detail = error instanceof Error ? error.message : 'not reached';
      return this.#hear({ type: 'missed', problem, detail });
    }
    if (this.#socket === socket) this.#hear({ type: 'connected' });
  }

  #hearOutcome(outcome: RegisterOutcome): void {
    if (outcome.type === 'registered') {
      const { transport } = this.#deps.ua;
      if (transport instanceof WsTransport) transport.keepFlow(outcome.flowSeconds);
      return this.#hear({ type: 'registered' });
    }
    const { problem, detail } = outcome;
    if (outcome.type === 'refused') return this.#hear({ type: 'refused', problem, detail });
    const { afterSeconds } = outcome;
    const afterMs = afterSeconds === null ? null : afterSeconds * 1000;
    this.#hear({ type: 'failed', problem, detail, afterMs });
  }

  #release(): void {
    this.#registration?.[Symbol.dispose]();
    this.#registration = null;
  }

  #tell(order: Extract<LineOrder, { order: 'tell' }>): void {
    const { clock, extension } = this.#deps;
    const { phase, problem, detail, retryMs } = order;
    const retryAt = retryMs === null ? null : new Date(clock.now() + retryMs).toISOString();
    this.#deps.changed({ phase, extension, problem, detail, retryAt });
    if (phase !== 'connecting') this.#settle();
  }

  /** `restless`: they were others a look before, as while an interface comes and goes. */
  #watchAddresses(before: string, restless = false): void {
    const { clock, log } = this.#deps;
    this.#lookOut = clock.after(lookAtAddressesMs, () => {
      const now = this.#deps.addresses();
      this.#watchAddresses(now, now !== before);
      if (now !== before) {
        log.info({}, 'addresses changed');
        this.probe();
      } else if (restless) this.#deps.moved();
    });
  }

  #settle(): void {
    this.#settleOpen?.();
    this.#settleOpen = null;
  }
}
