/** The calls on this desk, by call id, and who is told of each change. */
import type { CallCard } from '#shared/contract/desk.ts';
import { callAfter, type CallEvent } from '#shared/model/call-machine.ts';
import type { Call } from '#shared/model/call.ts';
import type { WrapUp } from '#shared/model/operator-machine.ts';
import type { Clock } from '../host.ts';
import { Listeners } from '../listeners.ts';
import type { Log } from '../log.ts';
import { CallDeskError } from './call-desk-error.ts';
import type { Leg } from './line.ts';
import type { LiveCall } from './live-call.ts';

/** The whole of one call, or that it is no more. */
export type CallSnapshot =
  | { readonly call: Call; readonly card: CallCard }
  | { readonly gone: string };

export class CallBook {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #calls = new Map<string, LiveCall>();
  readonly #listeners = new Listeners<CallSnapshot>();

  constructor(deps: { readonly clock: Clock; readonly log: Log }) {
    this.#clock = deps.clock;
    this.#log = deps.log;
  }

  all(): readonly LiveCall[] {
    return [...this.#calls.values()];
  }

  /** Calls that ring or go on. */
  going(): readonly LiveCall[] {
    return this.all().filter(({ call }) => call.phase !== 'ended');
  }

  get(callId: string): LiveCall | undefined {
    return this.#calls.get(callId);
  }

  /** Errors: NOT_FOUND. */
  find(callId: string): LiveCall {
    const live = this.#calls.get(callId);
    if (!live) throw new CallDeskError('NOT_FOUND', 'no such call');
    return live;
  }

  /** The call with its leg, where its state allows. Errors: NOT_FOUND, WRONG_STATE. */
  withLeg(callId: string, may: (call: Call) => boolean): { live: LiveCall; leg: Leg } {
    const live = this.find(callId);
    const { leg, call } = live;
    if (!leg || !may(call))
      throw new CallDeskError('WRONG_STATE', `the call is ${call.phase}`, call.phase);
    return { live, leg };
  }

  add(live: LiveCall): void {
    this.#calls.set(live.call.callId, live);
    this.show(live);
  }

  has(live: LiveCall): boolean {
    return this.#calls.get(live.call.callId) === live;
  }

  remove(callId: string): void {
    if (this.#calls.delete(callId)) this.#listeners.tell({ gone: callId });
  }

  /** Nothing for a call that is gone: it must not come back as a ghost. */
  show(live: LiveCall): void {
    if (!this.has(live)) return;
    const { call, card } = live;
    this.#listeners.tell({ call, card });
  }

  onCall(changed: (snapshot: CallSnapshot) => void): Disposable {
    return this.#listeners.add(changed);
  }

  /** False where the event cannot happen to the call as it is. */
  apply(live: LiveCall, event: CallEvent): boolean {
    return this.applyAll(live, [event]);
  }

  /** Several events in one snapshot, so that nobody sees what is true for no moment; all of them, or none. */
  applyAll(live: LiveCall, events: readonly CallEvent[]): boolean {
    let { call } = live;
    for (const event of events) {
      const step = callAfter(call, event);
      if (!step.taken) {
        const { callId, phase } = call;
        this.#log.debug({ callId, event: event.type, phase }, 'call event ignored');
        return false;
      }
      call = step.call;
    }
    live.call = call;
    this.show(live);
    return true;
  }

  /** The newest card that must still be finished, with the limit its project sets from now on. */
  nextWrapUp(): WrapUp | null {
    const live = this.all().findLast(
      ({ call, card, wrapUpOver }) =>
        call.phase === 'ended' && !wrapUpOver && card.project?.wrapUpSeconds !== 0,
    );
    if (!live) return null;
    const { project } = live.card;
    const until = project
      ? new Date(this.#clock.now() + project.wrapUpSeconds * 1000).toISOString()
      : null;
    return { callId: live.call.callId, until };
  }
}
