/** A call desk on a practice line: its base, journal and past calls in memory, time moved by hand. */
import type { RingTone } from '#shared/model/ring-tone.ts';
import type { OperatorState } from '#shared/model/operator-state.ts';
import type { CallSnapshot } from '../../src-main/calls/call-book.ts';
import { createCallDesk, type CallDesk } from '../../src-main/calls/call-desk.ts';
import type { CallJournal, JournalledCall, LeftCall } from '../../src-main/calls/call-journal.ts';
import type { PastCall, PastCalls } from '../../src-main/calls/past-calls.ts';
import type { Ringer, RingSound } from '../../src-main/calls/ring-tone.ts';
import type { Log } from '../../src-main/log.ts';
import { MemoryCards } from './memory-cards.ts';
import { manualClock, type ManualClock } from './memory-host.ts';
import { PracticeLine } from './practice-line.ts';

export { manualClock } from './memory-host.ts';

const nothing = (): void => undefined;
export const silentLog: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** As the desk's own, by user; outlives a desk that is killed. */
export class MemoryJournal implements CallJournal {
  userId: string | null = null;
  writes = 0;
  readonly entries = new Map<string, { userId: string; entry: LeftCall }>();

  keep(entry: JournalledCall, aliveAt: number): void {
    this.writes += 1;
    if (this.userId !== null)
      this.entries.set(entry.call.callId, {
        userId: this.userId,
        entry: structuredClone({ ...entry, aliveAt }),
      });
  }

  alive(at: number): void {
    for (const [callId, { userId, entry }] of this.entries)
      if (userId === this.userId)
        this.entries.set(callId, { userId, entry: { ...entry, aliveAt: at } });
  }

  remove(callId: string): void {
    this.entries.delete(callId);
  }

  left(): readonly LeftCall[] {
    return [...this.entries.values()]
      .filter(({ userId }) => userId === this.userId)
      .map(({ entry }) => entry);
  }
}

export class MemoryPast implements PastCalls {
  readonly calls = new Map<string, PastCall>();
  dialled: ReturnType<PastCalls['lastDialled']> = null;

  entry(callId: string): PastCall | null {
    return this.calls.get(callId) ?? null;
  }

  lastDialled(): ReturnType<PastCalls['lastDialled']> {
    return this.dialled;
  }
}

/** Says what sounds; the tone before an automatic answer is played when the test says so. */
export class BenchRinger implements Ringer {
  ready = true;
  readonly rings: (string | null)[] = [];
  sound: RingSound | null = null;
  readonly announced: RingTone[] = [];
  /** How an announcement ends; by itself at once. */
  announcing: () => Promise<void> = () => Promise.resolve();

  ring(sound: RingSound | null): void {
    this.sound = sound;
    const tone = sound?.tone ?? null;
    if ((this.rings.at(-1) ?? null) !== tone) this.rings.push(tone);
  }

  async announce(melody: RingTone): Promise<void> {
    this.announced.push(melody);
    await this.announcing();
  }
}

export const ana = {
  userId: 'ana',
  name: 'Ana Kovač',
  role: 'operator',
  projectIds: ['internet'],
} as const;

export interface CallDeskBench {
  readonly line: PracticeLine;
  readonly cards: MemoryCards;
  readonly journal: MemoryJournal;
  readonly past: MemoryPast;
  readonly ringer: BenchRinger;
  readonly clock: ManualClock;
  readonly calls: CallDesk;
  /** Every snapshot and every operator state, in order. */
  readonly told: CallSnapshot[];
  readonly states: OperatorState[];
  readonly phase: (callId: string) => string | undefined;
  readonly signIn: (userId?: string) => void;
}

export interface CallDeskBenchOptions {
  readonly signedIn?: boolean;
  readonly ready?: boolean;
  readonly cards?: MemoryCards;
  readonly journal?: MemoryJournal;
  readonly past?: MemoryPast;
  readonly clock?: ManualClock;
  readonly line?: PracticeLine;
}

export function callDesk(options: CallDeskBenchOptions = {}): CallDeskBench {
  const line = options.line ?? new PracticeLine();
  const cards = options.cards ?? new MemoryCards();
  const journal = options.journal ?? new MemoryJournal();
  const past = options.past ?? new MemoryPast();
  const clock = options.clock ?? manualClock();
  const ringer = new BenchRinger();
  const told: CallSnapshot[] = [];
  const states: OperatorState[] = [];
  const calls = createCallDesk({
    line,
    cards,
    journal,
    past,
    clock,
    log: silentLog,
    ringer,
    region: () => 'SI',
    outsidePrefix: () => '0',
    operatorChanged: (state) => states.push(state),
  });
  calls.onCall((snapshot) => told.push(snapshot));
  const signIn = (userId: string = ana.userId): void => {
    journal.userId = userId;
    calls.signedIn({ ...ana, userId, projectIds: [...ana.projectIds] });
  };
  if (options.signedIn !== false) signIn();
  if (options.ready) calls.ready();
  const phase = (callId: string): string | undefined => calls.currentCall(callId)?.phase;
  return { line, cards, journal, past, ringer, clock, calls, told, states, phase, signIn };
}
