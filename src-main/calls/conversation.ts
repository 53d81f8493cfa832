/**
 * Whom the operator talks to: one call, or those of a conference; every other connected call waits on hold. A call that is
 * to wait counts as held at once, because `focus` silences it both ways in the same step; the exchange is told behind that.
 */
import type { CallEvent } from '#shared/model/call-machine.ts';
import type { Log } from '../log.ts';
import type { CallBook } from './call-book.ts';
import { CallDeskError } from './call-desk-error.ts';
import type { Line } from './line.ts';
import type { LiveCall } from './live-call.ts';

export interface Conversation {
  /** Those who are to be heard now. */
  readonly partners: readonly string[];
  /**
   * The call was answered, or the exchange holds it no longer: it is talked to where that is wished, else it waits.
   * @param event `answered` or `held` false. @param mayTalk false: it waits in any case.
   */
  connected(live: LiveCall, event: CallEvent, mayTalk?: boolean): boolean;
  /** The next to be heard once it is connected; the others are told to wait only then. @returns who was heard until now. */
  aim(callId: string): readonly string[];
  /** It could not be connected: those of before are heard again. */
  restore(before: readonly string[], callId: string): void;
  /** A call that is being made: the others wait at once. */
  begin(callId: string): void;
  /** The call waits, whatever the exchange says. @returns whether it was talked to, or was to be. */
  park(callId: string): boolean;
  /** This call is talked to, all others wait. Errors: LineError, CallDeskError. */
  turnTo(callId: string): Promise<void>;
  /** These hear each other and the operator. Errors: LineError, CallDeskError. */
  join(callIds: readonly string[]): Promise<void>;
  /** The call has ended. */
  left(callId: string): void;
  /** The line is back: calls that could not be told that they wait are told now. */
  tellHolds(): void;
  /** Everybody is gone. */
  clear(): void;
}

export function createConversation(deps: {
  readonly book: CallBook;
  readonly line: Pick<Line, 'focus' | 'conference'>;
  readonly log: Log;
}): Conversation {
  const { book, line, log } = deps;
  let partners: readonly string[] = [];
  /** Those who are to hear each other, and what the line was told of it. */
  let conferring: readonly string[] = [];
  let joined: readonly string[] = [];
  /** The wish of a conference whose calls are still being resumed. */
  let joining: number | null = null;
  /** Changes with every wish of the operator, so that what settles late does not undo a newer one. */
  let wish = 0;
  /** They wait here; the exchange has not confirmed that it knows. */
  const untold = new Set<string>();
  /** The exchange is being asked to hold them no longer; as often as it is asked. */
  let resuming: readonly string[] = [];

  const focus = (): void => line.focus(partners[0] ?? null);
  const isTalking = (callId: string): boolean => book.get(callId)?.call.phase === 'talking';
  const isGoing = (callId: string): boolean =>
    (book.get(callId)?.call.phase ?? 'ended') !== 'ended';

  function tellHold({ leg, call: { callId } }: LiveCall): void {
    untold.add(callId);
    leg?.hold(true).then(
      () => untold.delete(callId),
      (error: unknown) => {
        const name = error instanceof Error ? error.name : 'unknown';
        log.warn({ callId, error: name }, 'call waits in silence, the exchange did not hold it');
      },
    );
  }

  function wait(live: LiveCall): void {
    book.apply(live, { type: 'held', here: true });
    tellHold(live);
  }

  function othersWait(): void {
    for (const live of book.going())
      if (live.call.phase === 'talking' && !partners.includes(live.call.callId)) wait(live);
    endConferenceUnless(partners);
  }

  /** Who is no longer among those who talk leaves the conference. */
  function endConferenceUnless(wanted: readonly string[]): void {
    const left = conferring.filter((callId) => !wanted.includes(callId));
    conferring = conferring.filter((callId) => wanted.includes(callId));
    leave(left);
    settleConference();
  }

  /** Those who have come are joined; one alone is no conference, unless others are still to come. */
  function settleConference(): void {
    if (joining !== null) return;
    const here = conferring.filter((callId) => book.get(callId)?.call.inConference);
    if (here.length < 2) leave(here);
    conferring = here.length < 2 ? [] : here;
    if (conferring.join() === joined.join()) return;
    joined = conferring;
    line.conference(joined);
  }

  function leave(callIds: readonly string[]): void {
    for (const callId of callIds) {
      const live = book.get(callId);
      if (live?.call.inConference) book.apply(live, { type: 'conference', joined: false });
    }
  }

  /** Whom the operator is with when nothing else was wished. */
  function whoTalks(): readonly string[] {
    const talking = book.going().filter(({ call }) => call.phase === 'talking');
    const ids = talking.map(({ call }) => call.callId);
    const together = conferring.filter((callId) => ids.includes(callId));
    return together.length > 0 ? together : ids.slice(0, 1);
  }

  function drop(callId: string): void {
    partners = partners.filter((one) => one !== callId);
    if (partners.length === 0) partners = whoTalks();
    // The others of a conference stay together, also while another call is only being answered.
    endConferenceUnless(conferring.filter((one) => one !== callId));
    focus();
  }

  /** In one snapshot with the conference it comes back to. */
  function talk(live: LiveCall, event: CallEvent): boolean {
    const joins = conferring.includes(live.call.callId);
    untold.delete(live.call.callId);
    return book.applyAll(live, joins ? [event, { type: 'conference', joined: true }] : [event]);
  }

  async function resume(callId: string): Promise<void> {
    const live = book.find(callId);
    if (live.call.phase === 'talking') return;
    if (!live.leg || live.call.phase !== 'held')
      throw new CallDeskError('WRONG_STATE', `the call is ${live.call.phase}`, live.call.phase);
    resuming = [...resuming, callId];
    const failed = await live.leg.hold(false).then(
      () => null,
      (error: unknown) => ({ error }),
    );
    resuming = resuming.toSpliced(resuming.indexOf(callId), 1);
    // Where the exchange never heard that it was to wait, nothing there has to be undone.
    if (failed && !untold.has(callId) && !isTalking(callId)) {
      // It waits on, and must not hear what is said meanwhile.
      if (partners.includes(callId) && !resuming.includes(callId)) drop(callId);
      throw failed.error;
    }
    if (!book.has(live) || live.call.phase !== 'held') return;
    if (partners.includes(callId)) talk(live, { type: 'held', here: false });
    else tellHold(live);
  }

  /** After a wish that failed: whoever was talked to is talked to again, as far as that goes. */
  function giveBack(before: readonly string[]): void {
    const talking = book.going().find(({ call }) => call.phase === 'talking')?.call.callId;
    const first = talking ?? before.find((callId) => book.get(callId)?.call.phase === 'held');
    partners = first === undefined ? [] : [first];
    othersWait();
    focus();
    if (first !== undefined)
      resume(first).catch(() => log.warn({ callId: first }, 'call could not be resumed'));
  }

  return {
    get partners() {
      return partners;
    },
    connected(live, event, mayTalk = true) {
      const { callId, phase } = live.call;
      const elsewhere = partners.some((one) => one !== callId && isGoing(one));
      // Who waits is talked to again by a wish alone, whatever the exchange undoes.
      const mayBegin = phase !== 'held' && !elsewhere;
      if (mayTalk && (partners.includes(callId) || mayBegin)) {
        if (!partners.includes(callId)) partners = [callId];
        othersWait();
        focus();
        return talk(live, event);
      }
      if (phase === 'held') {
        tellHold(live);
        return true;
      }
      const taken = book.applyAll(live, [event, { type: 'held', here: true }]);
      if (taken) tellHold(live);
      return taken;
    },
    aim(callId) {
      wish += 1;
      const before = partners;
      partners = [callId];
      focus();
      return before;
    },
    restore(before, callId) {
      if (partners[0] !== callId) return;
      const talking = before.filter(isTalking);
      partners = talking.length > 0 ? talking : whoTalks();
      settleConference();
      focus();
    },
    begin(callId) {
      wish += 1;
      partners = [callId];
      focus();
      othersWait();
    },
    park(callId) {
      const live = book.get(callId);
      const isResumed = live?.call.phase === 'held' && partners.includes(callId);
      if (!live || (live.call.phase !== 'talking' && !isResumed)) return false;
      wish += 1;
      wait(live);
      drop(callId);
      return true;
    },
    async turnTo(callId) {
      const mine = ++wish;
      const before = partners;
      partners = [callId];
      focus();
      othersWait();
      try {
        await resume(callId);
      } catch (error) {
        if (wish === mine && !isTalking(callId)) giveBack(before.filter((one) => one !== callId));
        throw error;
      }
    },
    async join(callIds) {
      const mine = ++wish;
      const before = partners;
      partners = callIds;
      conferring = callIds;
      joining = mine;
      focus();
      othersWait();
      for (const callId of callIds) {
        const live = book.get(callId);
        if (live?.call.phase === 'talking') book.apply(live, { type: 'conference', joined: true });
      }
      const results = await Promise.allSettled(callIds.map((callId) => resume(callId)));
      if (joining !== mine) return;
      joining = null;
      settleConference();
      if (wish !== mine) return;
      partners = conferring;
      focus();
      if (conferring.length > 0) return;
      giveBack(before);
      const failed = results.find((result) => result.status === 'rejected');
      throw failed?.reason ?? new CallDeskError('WRONG_STATE', 'nobody else is there', 'alone');
    },
    left(callId) {
      untold.delete(callId);
      if (partners.includes(callId) || conferring.includes(callId)) drop(callId);
    },
    tellHolds() {
      for (const callId of untold) {
        const live = book.get(callId);
        if (live?.call.phase !== 'held') untold.delete(callId);
        // One that is being resumed must not be held behind that.
        else if (!partners.includes(callId)) tellHold(live);
      }
    },
    clear() {
      wish += 1;
      partners = [];
      joining = null;
      untold.clear();
      endConferenceUnless([]);
      focus();
    },
  };
}
