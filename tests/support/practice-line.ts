/** The Line port without SIP: legs led by hand, for tests of the call desk. */
import { randomUUID } from 'node:crypto';
import type { CallEnd, CallParty } from '#shared/model/call.ts';
import type { LineState } from '#shared/model/line.ts';
import {
  LineError,
  type IncomingLeg,
  type Leg,
  type LegEvent,
  type Line,
} from '../../src-main/calls/line.ts';

export class PracticeLeg implements Leg {
  readonly callId = randomUUID();
  readonly asked: string[] = [];
  /** Makes the next answer, hold or tones fail. */
  failing: LineError | null = null;
  #hear: (event: LegEvent) => void = () => undefined;

  tell(event: LegEvent): void {
    this.#hear(event);
  }

  end(end: CallEnd): void {
    this.tell({ type: 'ended', end, detail: 'practice' });
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

  listen(hear: (event: LegEvent) => void): void {
    this.#hear = hear;
  }

  #take(what: string): void {
    this.asked.push(what);
    const { failing } = this;
    this.failing = null;
    if (failing) throw failing;
  }
}

export class PracticeLine implements Pick<
  Line,
  'state' | 'onState' | 'onIncoming' | 'dial' | 'focus'
> {
  state: LineState = {
    phase: 'registered',
    extension: '201',
    problem: null,
    detail: null,
    retryAt: null,
  };
  readonly dialled: string[] = [];
  readonly legs: PracticeLeg[] = [];
  focused: string | null = null;
  #rang: (incoming: IncomingLeg) => void = () => undefined;
  #changed: (state: LineState) => void = () => undefined;

  onState(changed: (state: LineState) => void): Disposable {
    this.#changed = changed;
    return { [Symbol.dispose]: () => undefined };
  }

  onIncoming(rang: (incoming: IncomingLeg) => void): Disposable {
    this.#rang = rang;
    return { [Symbol.dispose]: () => undefined };
  }

  become(phase: LineState['phase']): void {
    this.state = { ...this.state, phase };
    this.#changed(this.state);
  }

  ring(
    facts: Partial<Omit<IncomingLeg, 'leg' | 'party'>> & { party?: Partial<CallParty> } = {},
  ): PracticeLeg {
    const leg = new PracticeLeg();
    this.legs.push(leg);
    const party: CallParty = {
      number: '+38641123456',
      written: '041123456',
      displayName: null,
      withheld: false,
      ...facts.party,
    };
    const { dialled = null, queue = null, waitedSeconds = null } = facts;
    this.#rang({ leg, party, dialled, queue, waitedSeconds });
    return leg;
  }

  async dial(target: string): Promise<Leg> {
    if (this.state.phase !== 'registered') throw new LineError('LINE_DOWN', 'no line');
    this.dialled.push(target);
    const leg = new PracticeLeg();
    this.legs.push(leg);
    return leg;
  }

  focus(callId: string | null): void {
    this.focused = callId;
  }
}
