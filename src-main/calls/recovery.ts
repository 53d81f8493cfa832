/**
 * Calls that outlive this process: what a later run needs is journalled while they are up; after a restart the exchange is
 * asked for each of them once the line is registered, and one that does not come back ends as `failed` with its card.
 */
import { callAfter, isConnected } from '#shared/model/call-machine.ts';
import type { Clock } from '../host.ts';
import type { Log } from '../log.ts';
import type { CallBook, CallSnapshot } from './call-book.ts';
import type { CallJournal } from './call-journal.ts';
import type { CardKeeper } from './card-keeper.ts';
import { LineError, type Leg, type Line } from './line.ts';
import { returning, type LiveCall } from './live-call.ts';

/** What was interrupted longer ago has surely ended meanwhile: only its card comes back. */
const interruptedForMs = 2 * 60 * 60_000;
/** How often the journal is told that the calls are still up. */
const aliveMs = 60_000;
/** The exchange gives up a call without packets or a voice page long before. */
const giveUpMs = 120_000;
const againMs = 500;

export interface Recovery extends Disposable {
  /** The dialog is up or has changed. */
  keep(live: LiveCall): void;
  /** Brings back what was up when the desk was interrupted; of a call too old to be asked for, the card. */
  begin(): void;
  /** Asks for those that are not asked for yet, if the line is there. */
  ask(): void;
}

export function createRecovery(deps: {
  readonly book: CallBook;
  readonly journal: CallJournal;
  readonly keeper: Pick<CardKeeper, 'lookUp'>;
  readonly line: Pick<Line, 'state' | 'recover'>;
  readonly clock: Clock;
  readonly log: Log;
  /** A call that is to come back is on the desk now. */
  began(): void;
  /** The exchange gave it back: from here on its leg is heard. */
  given(live: LiveCall, leg: Leg): void;
  lost(live: LiveCall): void;
}): Recovery {
  const { book, journal, keeper, line, clock, log } = deps;
  /** What the journal holds of a call, to write only what changed. */
  const kept = new Map<string, string>();
  const asking = new Set<string>();
  let again: Disposable | null = null;
  let giveUp: Disposable | null = null;
  let beat: Disposable | null = null;

  function attempt(callId: string, what: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      log.error({ callId, error: error instanceof Error ? error.name : 'unknown' }, what);
    }
  }

  function keep(live: LiveCall): void {
    const { call, ring, dialog } = live;
    if (!dialog || !isConnected(call.phase)) return;
    const { callId, phase, muted, party, consultFor } = call;
    const facts = JSON.stringify([phase, muted, party, consultFor, ring, dialog]);
    if (kept.get(callId) === facts) return;
    kept.set(callId, facts);
    attempt(callId, 'call not journalled', () => journal.keep({ call, ring, dialog }, clock.now()));
    watch();
  }

  /** The length of a call says nothing of when it was interrupted. */
  function watch(): void {
    beat ??= clock.after(aliveMs, () => {
      beat = null;
      attempt('', 'calls not told to be up', () => journal.alive(clock.now()));
      watch();
    });
  }

  function remove(callId: string): void {
    if (!kept.delete(callId)) return;
    attempt(callId, 'journalled call not removed', () => journal.remove(callId));
    if (kept.size > 0) return;
    beat?.[Symbol.dispose]();
    beat = null;
  }

  function changed(snapshot: CallSnapshot): void {
    if ('gone' in snapshot || snapshot.call.phase === 'ended') {
      remove('gone' in snapshot ? snapshot.gone : snapshot.call.callId);
      return tidy();
    }
    const live = book.get(snapshot.call.callId);
    if (live) keep(live);
  }

  const waiting = (): readonly LiveCall[] =>
    book.all().filter(({ call, leg }) => call.phase === 'returning' && leg === null);

  function tidy(): void {
    if (waiting().length > 0) return;
    giveUp?.[Symbol.dispose]();
    again?.[Symbol.dispose]();
    giveUp = null;
    again = null;
  }

  async function recover(live: LiveCall): Promise<void> {
    const { callId } = live.call;
    if (!live.dialog || asking.has(callId)) return;
    asking.add(callId);
    try {
      const leg = await line.recover(callId, live.dialog);
      if (!book.has(live) || live.call.phase !== 'returning') return void leg.hangUp();
      deps.given(live, leg);
      tidy();
    } catch (error) {
      const code = error instanceof LineError ? error.code : 'unknown';
      log.warn({ callId, code }, 'call not asked for');
      if (code === 'LINE_DOWN' || code === 'NO_VOICE') later();
      else if (book.has(live)) deps.lost(live);
    } finally {
      asking.delete(callId);
    }
  }

  function later(): void {
    if (waiting().length === 0) return;
    again ??= clock.after(againMs, () => {
      again = null;
      ask();
    });
  }

  function ask(): void {
    if (line.state.phase !== 'registered') return;
    for (const live of waiting()) void recover(live);
  }

  function endUnasked(live: LiveCall): void {
    const at = new Date(clock.now()).toISOString();
    live.call = callAfter(live.call, { type: 'ended', end: 'failed', at }).call;
    live.wrapUpOver = true;
  }

  const subscription = book.onCall(changed);

  return {
    keep,
    begin() {
      let left: ReturnType<CallJournal['left']> = [];
      attempt('', 'journal not read', () => (left = journal.left()));
      for (const entry of left) {
        const { callId } = entry.call;
        if (book.get(callId)) continue;
        kept.set(callId, '');
        const live = returning(entry, keeper.lookUp(entry.ring));
        const since = clock.now() - (entry.aliveAt ?? Date.parse(entry.call.startedAt));
        const isRecent = since < interruptedForMs;
        if (!isRecent) endUnasked(live);
        book.add(live);
        if (isRecent) deps.began();
      }
      if (kept.size > 0) watch();
      if (waiting().length > 0)
        giveUp ??= clock.after(giveUpMs, () => {
          giveUp = null;
          for (const live of waiting()) deps.lost(live);
        });
      ask();
    },
    ask,
    [Symbol.dispose]() {
      subscription[Symbol.dispose]();
      giveUp?.[Symbol.dispose]();
      again?.[Symbol.dispose]();
      beat?.[Symbol.dispose]();
    },
  };
}
