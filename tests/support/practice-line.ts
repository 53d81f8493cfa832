/** The Line port without SIP: legs led by hand, for tests of the call desk. */
import { randomUUID } from 'node:crypto';
import type { CallEnd, CallParty, TransferFailure } from '#shared/model/call.ts';
import type { LineLights, LineState } from '#shared/model/line.ts';
import {
  LineError,
  type IncomingLeg,
  type JournalledDialog,
  type Leg,
  type LegEvent,
  type Line,
  type SelfCall,
} from '../../src-main/calls/line.ts';

type TransferState = Extract<LegEvent, { type: 'transfer' }>['state'];

export class PracticeLeg implements Leg {
  readonly callId: string;
  readonly asked: string[] = [];
  /** Makes the next answer, hold, tones or transfer fail. */
  failing: LineError | null = null;
  #hear: (event: LegEvent) => void = () => undefined;
  #unheard: LegEvent[] = [];
  #ended = false;

  constructor(callId: string = randomUUID()) {
    this.callId = callId;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** As a real leg: nothing is told after the end, and nothing is lost before somebody listens. */
  tell(event: LegEvent): void {
    if (this.#ended) return;
    this.#ended = event.type === 'ended';
    if (this.#listened) this.#hear(event);
    else this.#unheard.push(event);
  }

  end(end: CallEnd): void {
    this.tell({ type: 'ended', end, detail: 'practice' });
  }

  /** The exchange reports what becomes of a transfer; `done` ends the leg, as a real one does. */
  reportTransfer(state: TransferState, why: TransferFailure = 'no-answer'): void {
    this.tell({
      type: 'transfer',
      state,
      why: state === 'failed' ? why : null,
      detail: 'practice',
    });
    if (state === 'done') this.end('transferred');
  }

  /** Somebody else is at the other end. */
  becomeParty(party: Partial<CallParty>): void {
    this.tell({
      type: 'party',
      party: { number: null, written: null, displayName: null, withheld: false, ...party },
    });
  }

  journal(dialog: Partial<JournalledDialog> = {}): void {
    this.tell({
      type: 'dialog',
      dialog: {
        sipCallId: `${this.callId}@practice`,
        localTag: 'here',
        remoteTag: 'there',
        remoteUri: 'sip:041123456@practice',
        ...dialog,
      },
    });
  }

  async answer(): Promise<void> {
    this.#take('answer');
    this.tell({ type: 'answered' });
  }

  async reject(reason: string): Promise<void> {
    this.#take(`reject ${reason}`);
    this.end('rejected-here');
  }

  async hangUp(): Promise<void> {
    this.asked.push('hang up');
    this.end('hung-up-here');
  }

  async hold(held: boolean): Promise<void> {
    this.#take(held ? 'hold' : 'resume');
    this.tell({ type: 'held', here: held });
  }

  mute(muted: boolean): void {
    this.asked.push(muted ? 'mute' : 'unmute');
  }

  async sendDtmf(tones: string): Promise<void> {
    this.#take(`tones ${tones}`);
  }

  async transfer(target: string): Promise<void> {
    this.#take(`transfer ${target}`);
    this.tell({ type: 'transfer', state: 'asked', why: null, detail: '202 Accepted' });
  }

  async transferTo(other: Leg): Promise<void> {
    this.#take(`transfer to ${other.callId}`);
    this.tell({ type: 'transfer', state: 'asked', why: null, detail: '202 Accepted' });
  }

  #listened = false;

  listen(hear: (event: LegEvent) => void): void {
    this.#hear = hear;
    this.#listened = true;
    const unheard = this.#unheard;
    this.#unheard = [];
    for (const event of unheard) hear(event);
  }

  #take(what: string): void {
    this.asked.push(what);
    const { failing } = this;
    this.failing = null;
    if (failing) throw failing;
    if (this.#ended) throw new LineError('WRONG_STATE', 'the call has ended');
  }
}

export class PracticeLine implements Line {
  state: LineState = {
    phase: 'registered',
    extension: '201',
    problem: null,
    detail: null,
    retryAt: null,
  };
  lights: LineLights = { mailbox: null, colleagues: [] };
  readonly dialled: string[] = [];
  readonly legs: PracticeLeg[] = [];
  /** The calls asked back after a restart. */
  readonly recovered: { readonly callId: string; readonly dialog: JournalledDialog }[] = [];
  /** Makes the next recover or call to itself fail before it has begun. */
  failing: LineError | null = null;
  selfCall: SelfCall = { ringMs: 40, roundTripMs: 12, loss: 0 };
  focused: string | null = null;
  conferenced: readonly string[] = [];
  #rang: (incoming: IncomingLeg) => void = () => undefined;
  #changed: (state: LineState) => void = () => undefined;
  #lit: (lights: LineLights) => void = () => undefined;

  onState(changed: (state: LineState) => void): Disposable {
    this.#changed = changed;
    return { [Symbol.dispose]: () => undefined };
  }

  onIncoming(rang: (incoming: IncomingLeg) => void): Disposable {
    this.#rang = rang;
    return { [Symbol.dispose]: () => undefined };
  }

  onLights(changed: (lights: LineLights) => void): Disposable {
    this.#lit = changed;
    return { [Symbol.dispose]: () => undefined };
  }

  become(phase: LineState['phase']): void {
    this.state = { ...this.state, phase };
    this.#changed(this.state);
  }

  light(lights: Partial<LineLights>): void {
    this.lights = { ...this.lights, ...lights };
    this.#lit(this.lights);
  }

  ring(
    facts: Partial<Omit<IncomingLeg, 'leg' | 'party'>> & { party?: Partial<CallParty> } = {},
  ): PracticeLeg {
    const leg = this.leg();
    this.legs.push(leg);
    const party: CallParty = {
      number: '+38641123456',
      written: '041123456',
      displayName: null,
      withheld: false,
      ...facts.party,
    };
    const { dialled = null, queue = null, waitedSeconds = null } = facts;
    const { divertedFrom = null, referredBy = null, autoAnswerAfter = null } = facts;
    const sent = { divertedFrom, referredBy, autoAnswerAfter };
    this.#rang({ leg, party, dialled, queue, waitedSeconds, ...sent });
    return leg;
  }

  async open(): Promise<void> {
    this.become('registered');
  }

  async close(): Promise<void> {
    for (const leg of this.legs) if (!leg.ended) leg.end('hung-up-here');
    this.become('idle');
  }

  probe(): void {
    // A practice line is never in doubt.
  }

  async dial(target: string): Promise<Leg> {
    this.#mustBeUp();
    this.dialled.push(target);
    const leg = this.leg();
    this.legs.push(leg);
    return leg;
  }

  /** The test then lets the leg of `legs` answer, or end as failed. */
  async recover(callId: string, dialog: JournalledDialog): Promise<Leg> {
    this.#mustBeUp();
    this.recovered.push({ callId, dialog });
    const leg = this.leg(callId);
    this.legs.push(leg);
    return leg;
  }

  async callSelf(signal: AbortSignal): Promise<SelfCall> {
    this.#mustBeUp();
    signal.throwIfAborted();
    return this.selfCall;
  }

  focus(callId: string | null): void {
    this.focused = callId;
  }

  conference(callIds: readonly string[]): void {
    this.conferenced = callIds;
  }

  /** For lines whose legs behave in another way. */
  protected leg(callId?: string): PracticeLeg {
    return new PracticeLeg(callId);
  }

  #mustBeUp(): void {
    if (this.state.phase !== 'registered') throw new LineError('LINE_DOWN', 'no line');
    const { failing } = this;
    this.failing = null;
    if (failing) throw failing;
  }
}
