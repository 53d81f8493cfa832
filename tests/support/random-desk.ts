/** A call desk that lives through random histories: a slow exchange, a voice page that dies, a process that is killed. */
import { isConnected } from '#shared/model/call-machine.ts';
import { Call } from '#shared/model/call.ts';
import { createCallDesk, type CallDesk } from '../../src-main/calls/call-desk.ts';
import type { VoiceClient } from '../../src-main/voice/voice-client.ts';
import { createVoiceLink, type VoiceLink } from '../../src-main/voice/voice-link.ts';
import { ana, MemoryJournal, MemoryPast, silentLog } from './call-desk-bench.ts';
import { FakeVoicePage } from './fake-voice-page.ts';
import { MemoryCards } from './memory-cards.ts';
import { manualClock } from './memory-host.ts';
import type { SlowLeg } from './slow-line.ts';
import { SlowLine } from './slow-line.ts';

const wishes = {
  microphones: [],
  speakers: [],
  ringers: [],
  ringVolume: 0.5,
  noiseSuppression: false,
};

export class RandomDesk {
  readonly cards = new MemoryCards();
  readonly journal = new MemoryJournal();
  readonly past = new MemoryPast();
  readonly clock = manualClock();
  /** Calls that were answered, in all runs of the process. */
  readonly answered = new Set<string>();
  /** A rule that some snapshot broke. */
  broken: string | null = null;
  signedIn = false;
  calls!: CallDesk;
  line!: SlowLine;
  voice!: VoiceLink;
  page: FakeVoicePage | null = null;
  #silent: FakeVoicePage | null = null;
  #arrived: (client: VoiceClient) => void = () => undefined;
  readonly #talking = new Set<string>();

  constructor() {
    const [internet, taxi] = this.cards.projects;
    if (internet && taxi) this.cards.projects.splice(1, 1, { ...taxi, autoAnswer: true });
    this.start();
    this.calls.ready();
  }

  start(): void {
    this.#talking.clear();
    this.voice = createVoiceLink({
      onVoicePage: (told) => {
        this.#arrived = told;
        return { [Symbol.dispose]: () => undefined };
      },
      clock: this.clock,
      log: silentLog,
      wishes,
    });
    this.line = new SlowLine(this.voice);
    this.calls = createCallDesk({
      line: this.line,
      cards: this.cards,
      journal: this.journal,
      past: this.past,
      ringer: this.voice,
      clock: this.clock,
      log: silentLog,
      region: () => 'SI',
      outsidePrefix: () => '',
      operatorChanged: () => undefined,
    });
    this.calls.onCall((snapshot) => {
      if ('gone' in snapshot) {
        this.#talking.delete(snapshot.gone);
        return;
      }
      const { call } = snapshot;
      if (call.answeredAt !== null) this.answered.add(call.callId);
      if (call.phase === 'talking' && !call.inConference) this.#talking.add(call.callId);
      else this.#talking.delete(call.callId);
      if (this.#talking.size > 1) this.broken ??= 'two calls are talked to at once';
      if (!Call.safeParse(call).success) this.broken ??= 'a call cannot be shown';
    });
    this.pageArrives();
    this.signIn();
  }

  /** The process is gone; nothing was said to anybody. */
  kill(): void {
    this.pageDies();
    this.calls[Symbol.dispose]();
    this.voice[Symbol.dispose]();
    this.signedIn = false;
    this.start();
  }

  signIn(): void {
    if (this.signedIn) return;
    this.signedIn = true;
    this.journal.userId = ana.userId;
    this.calls.signedIn({ ...ana, projectIds: [...ana.projectIds] });
  }

  signOut(): void {
    if (!this.signedIn) return;
    this.signedIn = false;
    this.calls.signedOut();
    this.journal.userId = null;
  }

  pageArrives(): void {
    if (this.page) return;
    this.page = new FakeVoicePage();
    this.#arrived(this.page.client);
    this.#silent = this.page;
  }

  pageDies(): void {
    this.page?.leave();
    this.page = null;
  }

  /** The page takes no notice of anything any more, until main ends it. */
  pageHangs(): void {
    this.page?.hang();
  }

  /** The headset is plugged in or pulled out. */
  microphone(there: boolean): void {
    this.page?.emit({
      type: 'devices',
      microphone: there ? 'ok' : 'none',
      devices: [],
      microphoneInUse: null,
      speakerInUse: null,
      ringerInUse: null,
      missing: there ? [] : ['microphone'],
      noiseSuppression: 'off',
      proven: true,
    });
  }

  /** What the exchange can tell of: nothing while the line is lost. */
  get reachable(): readonly SlowLeg[] {
    return this.line.exchange.reachable ? this.legs.filter(({ ended }) => !ended) : [];
  }

  get legs(): readonly SlowLeg[] {
    return this.line.legs as SlowLeg[];
  }

  callIds(): readonly string[] {
    return this.calls.snapshots().map(({ call }) => call.callId);
  }

  /** Time passes, and everybody has a say between one timer and the next. */
  async pass(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    while (this.clock.now() < end) {
      this.clock.advance(Math.min(this.clock.dueIn ?? Infinity, end - this.clock.now()));
      await this.settle();
    }
  }

  /** Lets everything happen that waits for nobody. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 4; turn++) {
      await new Promise<void>((resolve) => void setImmediate(resolve));
      if (this.page?.ended) this.page = null;
      // A page tells of its microphone as soon as somebody listens.
      if (!this.#silent?.watched) continue;
      this.#silent = null;
      this.microphone(true);
    }
  }

  /** The first rule that does not hold now. */
  fault(): string | null {
    if (this.broken) return this.broken;
    const all = this.calls.snapshots().map(({ call }) => call);
    const going = all.filter(({ phase }) => phase !== 'ended');
    const { operator } = this.calls;
    if ((operator.phase === 'offline') === this.signedIn) return 'who is signed in is on duty';
    if (!this.signedIn && all.length > 0) return 'nobody has calls who is not signed in';
    if ((operator.phase === 'busy') !== going.length > 0)
      return `the operator is ${operator.phase} with ${going.length} calls`;
    const wrapped = all.find(({ callId }) => callId === operator.wrapUpCallId);
    if (operator.wrapUpCallId !== null && wrapped?.phase !== 'ended')
      return 'a wrap-up is of a call that has ended';
    for (const { callId, phase, muted } of going) {
      const leg = this.legs.findLast((one) => one.callId === callId);
      const alive = leg ? !leg.ended : phase === 'returning';
      if (!alive) return `a ${phase} call without a leg`;
      if (leg && leg.muted !== muted) return 'the leg knows of another mute than the desk';
    }
    for (const leg of this.legs)
      if (!leg.ended && !going.some(({ callId }) => callId === leg.callId))
        return 'a leg without a call';
    const together = going.filter(({ inConference }) => inConference);
    if (this.line.exchange.waiting.length > 0) return null;
    if (together.length === 1) return 'a conference of one';
    if (together.length !== this.line.conferenced.length) return 'a conference nobody hears';
    const talking = going.filter(({ phase }) => phase === 'talking');
    const inSetup = going.some(
      ({ phase }) => !isConnected(phase) && phase !== 'ringing' && phase !== 'returning',
    );
    const { focused } = this.line;
    if (!inSetup && talking.length > 0 && !talking.some(({ callId }) => callId === focused))
      return 'who is talked to is not heard';
    const heard = going.find(({ callId }) => callId === focused);
    if (focused !== null && !heard) return 'somebody is heard who has gone';
    if (heard?.phase === 'held') return 'somebody is heard who waits';
    return null;
  }

  /** The exchange answers everything, all hang up, and every card is finished. */
  async end(): Promise<void> {
    if (this.line.state.phase !== 'registered') this.line.become('registered');
    for (let turn = 0; turn < 200; turn++) {
      await this.settle();
      if (this.line.exchange.waiting.length > 0) this.line.exchange.settle(0, 'granted');
      else if (this.calls.busy) {
        // A call that is being asked back is asked for again after a while.
        await this.pass(600);
        for (const leg of this.legs) if (!leg.ended) leg.end('hung-up-there');
      } else if (turn > 2) break;
    }
    this.signIn();
    await this.settle();
    for (const callId of this.callIds())
      if (this.calls.currentCall(callId)?.phase === 'ended')
        this.calls.finish(callId, null, null, '');
    this.signOut();
    // A tone that nobody waits for any more comes to its end; so does a page that hangs, once it was asked in vain.
    await this.pass(5000);
  }

  /** What is left over when everything has ended. */
  remains(): string | null {
    const fault = this.fault();
    if (fault) return fault;
    if (this.calls.snapshots().length > 0) return 'a call that does not end';
    if (this.journal.entries.size > 0) return 'a journalled call';
    if (this.page && this.page.peers.size > 0) return 'a peer connection';
    if (this.clock.waiting > 0) return `${this.clock.waiting} timers`;
    for (const callId of this.answered) {
      const records = this.cards.records.filter((one) => one.callId === callId).length;
      if (records !== 1) return `an answered call with ${records} records`;
    }
    return null;
  }
}
