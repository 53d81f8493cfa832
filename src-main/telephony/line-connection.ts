/**
 * The connection's way to "registered" and back to it.
 *
 *   open ─► connecting ──200──► registered ──socket gone, refresh failed──► lost ─► (wait) ─► try ─► registered
 *               │ │                                                          ▲         │
 *               │ └──no socket, no answer, 5xx───────────────────────────────┘◄────────┘ failed again
 *               └──certificate, credentials, unknown──► refused (a certificate is looked at again each minute)
 *
 * Every try is a new socket and a new registration.
 */
import type { UserAgent } from 'sip.js';
import { UserAgentState } from 'sip.js';
import type { LineState } from '#shared/model/line.ts';
import type { Clock } from '../host.ts';
import type { Log } from '../log.ts';
import { reconnectDelay } from './reconnect-delay.ts';
import { register, type Registration, type RegisterOutcome } from './registration.ts';
import { ConnectError, WsTransport } from './ws-transport.ts';

export interface LineConnectionDeps {
  readonly ua: UserAgent;
  readonly clock: Clock;
  readonly log: Log;
  readonly extension: string;
  changed(state: LineState): void;
  /** The socket is gone; nothing can be said to the exchange until `back`. */
  lost(): void;
  back(): void;
}

type Problem = NonNullable<LineState['problem']>;

const certificateAgainMs = 60_000;
/** An exchange that has just started may not know its people yet: only after so many refusals is it meant. */
const refusalsForgiven = 10;
const probeMs = 1000;

export class LineConnection {
  readonly #deps: LineConnectionDeps;
  #phase: LineState['phase'] = 'idle';
  #registration: Registration | null = null;
  #retry: Disposable | null = null;
  #failures = 0;
  #refusals = 0;
  #wasRegistered = false;
  #closed = false;
  #trying = false;
  #settleOpen: (() => void) | null = null;

  constructor(deps: LineConnectionDeps) {
    this.#deps = deps;
    deps.ua.delegate = {
      ...deps.ua.delegate,
      onDisconnect: (error) => {
        if (error)
          this.#lose(error instanceof ConnectError ? error.problem : 'gone', error.message);
      },
    };
  }

  /** Settles when the first try has come out one way or the other; never fails. */
  open(): Promise<void> {
    this.#enter('connecting', null, null, null);
    return new Promise((resolve) => {
      this.#settleOpen = resolve;
      void this.#try();
    });
  }

  /** Removes the binding and stops trying; the user agent is the caller's to stop. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#retry?.[Symbol.dispose]();
    const registration = this.#registration;
    this.#registration = null;
    this.#settle();
    if (this.#phase === 'registered') await registration?.unregister();
    else registration?.[Symbol.dispose]();
  }

  probe(): void {
    if (this.#closed || this.#trying) return;
    const { transport } = this.#deps.ua;
    if (transport.isConnected() && transport instanceof WsTransport)
      return transport.probe(probeMs);
    this.#failures = 0;
    void this.#try();
  }

  async #try(): Promise<void> {
    this.#retry?.[Symbol.dispose]();
    this.#retry = null;
    this.#trying = true;
    const { ua, clock } = this.#deps;
    try {
      await (ua.state === UserAgentState.Started ? ua.transport.connect() : ua.start());
    } catch (error) {
      this.#trying = false;
      if (!this.#closed) this.#missConnection(error);
      return;
    }
    this.#trying = false;
    if (this.#closed) return void ua.transport.disconnect();
    this.#registration?.[Symbol.dispose]();
    const registration = register(ua, clock, (outcome) => {
      if (this.#registration === registration) this.#hear(outcome);
    });
    this.#registration = registration;
  }

  #missConnection(error: unknown): void {
    const problem = error instanceof ConnectError ? error.problem : 'unreachable';
    const detail = error instanceof Error ? error.message : 'not reached';
    if (problem !== 'certificate') return this.#lose(problem, detail);
    this.#wait('refused', problem, detail, certificateAgainMs);
  }

  #hear(outcome: RegisterOutcome): void {
    if (outcome.type === 'registered') {
      this.#failures = 0;
      this.#refusals = 0;
      this.#wasRegistered = true;
      if (this.#phase === 'registered') return;
      this.#enter('registered', null, null, null);
      this.#deps.back();
      return;
    }
    if (outcome.type === 'failed') {
      const { problem, detail, afterSeconds } = outcome;
      return this.#lose(problem, detail, afterSeconds === null ? null : afterSeconds * 1000);
    }
    this.#refusals++;
    if (this.#wasRegistered && this.#refusals <= refusalsForgiven)
      return this.#lose(outcome.problem, outcome.detail);
    this.#leave('refused', outcome.problem, outcome.detail, null);
  }

  #lose(problem: Problem, detail: string, afterMs: number | null = null): void {
    if (this.#closed) return;
    const delay = afterMs ?? reconnectDelay(this.#failures, Math.random());
    this.#failures++;
    this.#wait('lost', problem, detail, delay);
  }

  #wait(phase: 'lost' | 'refused', problem: Problem, detail: string, delayMs: number): void {
    this.#retry?.[Symbol.dispose]();
    this.#retry = this.#deps.clock.after(delayMs, () => void this.#try());
    const retryAt = new Date(this.#deps.clock.now() + delayMs).toISOString();
    this.#leave(phase, problem, detail, retryAt);
  }

  #leave(
    phase: 'lost' | 'refused',
    problem: Problem,
    detail: string,
    retryAt: string | null,
  ): void {
    const wasUp = this.#phase === 'registered';
    this.#registration?.[Symbol.dispose]();
    this.#registration = null;
    void this.#deps.ua.transport.disconnect();
    this.#enter(phase, problem, detail, retryAt);
    if (wasUp) this.#deps.lost();
  }

  #enter(
    phase: LineState['phase'],
    problem: Problem | null,
    detail: string | null,
    retryAt: string | null,
  ): void {
    this.#phase = phase;
    this.#deps.changed({ phase, extension: this.#deps.extension, problem, detail, retryAt });
    if (phase !== 'connecting') this.#settle();
  }

  #settle(): void {
    this.#settleOpen?.();
    this.#settleOpen = null;
  }
}
