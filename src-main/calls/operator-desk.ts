/** The operator's state kept over time: the wrap-up's limit, and a line that stays away. */
import {
  operatorAfter,
  operatorOffline,
  type ChosenReason,
  type OperatorEvent,
} from '#shared/model/operator-machine.ts';
import type { NotReadyReason, OperatorState } from '#shared/model/operator-state.ts';
import type { LineState } from '#shared/model/line.ts';
import type { Clock } from '../host.ts';
import { CallDeskError } from './call-desk-error.ts';

export interface OperatorDeskDeps {
  readonly clock: Clock;
  changed(operator: OperatorState): void;
  /** The wrap-up of this call has used its time. */
  limitPassed(callId: string): void;
}

type Untimed<T> = T extends { readonly at: string } ? Omit<T, 'at'> : never;

/** A shorter loss is the line's business; the operator stays Ready. */
const lineLostAfterMs = 10_000;

const machineReasons: readonly NotReadyReason[] = ['signed-in', 'wrap-up-limit', 'line-lost'];

export class OperatorDesk implements Disposable {
  readonly #deps: OperatorDeskDeps;
  #state: OperatorState;
  #limit: Disposable | null = null;
  #grace: Disposable | null = null;
  #linePhase: LineState['phase'] = 'idle';
  #lineAway = false;

  constructor(deps: OperatorDeskDeps) {
    this.#deps = deps;
    this.#state = operatorOffline(this.#now());
  }

  get state(): OperatorState {
    return this.#state;
  }

  /** A person says Ready. Errors: NOT_ALLOWED, LINE_DOWN. */
  ready(): void {
    if (this.#state.phase === 'not-ready' && this.#linePhase !== 'registered')
      throw new CallDeskError('LINE_DOWN', 'no call could reach this desk');
    if (!this.take({ type: 'ready-chosen' })) this.#refuse();
  }

  /** Errors: NOT_ALLOWED, also for a reason that is not a person's to choose. */
  notReady(reason: NotReadyReason): void {
    if (machineReasons.includes(reason)) this.#refuse();
    if (!this.take({ type: 'not-ready-chosen', reason: reason as ChosenReason })) this.#refuse();
  }

  /** False where the event cannot happen now. */
  take(event: Untimed<OperatorEvent>): boolean {
    const step = operatorAfter(this.#state, { ...event, at: this.#now() });
    if (!step.taken) return false;
    this.#state = step.operator;
    if (this.#lineAway && this.#state.phase === 'ready')
      this.#state = operatorAfter(this.#state, { type: 'line-lost', at: this.#now() }).operator;
    this.#watchLimit();
    this.#deps.changed(this.#state);
    return true;
  }

  lineChanged(phase: LineState['phase']): void {
    this.#linePhase = phase;
    if (phase === 'registered') {
      this.#grace?.[Symbol.dispose]();
      this.#grace = null;
      this.#lineAway = false;
      this.take({ type: 'line-back' });
    } else if (!this.#lineAway)
      this.#grace ??= this.#deps.clock.after(lineLostAfterMs, () => {
        this.#lineAway = true;
        this.take({ type: 'line-lost' });
      });
  }

  [Symbol.dispose](): void {
    this.#limit?.[Symbol.dispose]();
    this.#grace?.[Symbol.dispose]();
  }

  #watchLimit(): void {
    this.#limit?.[Symbol.dispose]();
    this.#limit = null;
    const { wrapUpCallId, wrapUpUntil } = this.#state;
    if (wrapUpCallId === null || wrapUpUntil === null) return;
    const left = Math.max(0, Date.parse(wrapUpUntil) - this.#deps.clock.now());
    this.#limit = this.#deps.clock.after(left, () => {
      this.#deps.limitPassed(wrapUpCallId);
      this.take({ type: 'wrap-up-limit', callId: wrapUpCallId });
    });
  }

  #refuse(): never {
    throw new CallDeskError('NOT_ALLOWED', `not while ${this.#state.phase}`);
  }

  #now(): string {
    return new Date(this.#deps.clock.now()).toISOString();
  }
}
