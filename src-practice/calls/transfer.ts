/** A desk's REFER (RFC 3515): blind to a number (RFC 5589 §6), or to the other party of another of its calls (§7). */
import type { HeaderField } from '../sip/message.ts';
import { headerField, headerFields } from '../sip/message.ts';
import { reasonPhrase } from '../sip/status.ts';
import type { ServerTransaction } from '../sip/server-transaction.ts';
import { parseNameAddr, userOf } from '../sip/values.ts';
import { startBridge } from './bridge.ts';
import { answersAfter, calledParty } from './desk-call.ts';
import { DeskSide, type SideOwner } from './desk-side.ts';
import { inviteLine } from './invite-line.ts';
import { dismiss, identityOf, type Party } from './party.ts';
import { findReplaced } from './replaces.ts';
import type { Switchboard } from './switchboard.ts';
import { resolveTarget, type Target } from './target.ts';

/** Seconds after which the exchange ends a leg that the desk has not ended by itself. */
const desksOwnBye = 1;
/** Seconds that a target is rung. */
const longestRing = 60;

const silentOwner = (side: DeskSide): SideOwner => ({
  ended: () => side.close(),
  lost: () => side.hangUp(),
  held: () => undefined,
  digits: () => undefined,
  give: () => null,
  replaced: () => undefined,
});

export function referDesk(
  board: Switchboard,
  side: DeskSide,
  transaction: ServerTransaction,
): void {
  const targets = headerFields(transaction.request, 'refer-to');
  const address = parseNameAddr(targets[0] ?? '');
  // RFC 3515 §2.4.2: exactly one.
  if (targets.length !== 1 || !address) {
    transaction.respond(400, { reason: 'Refer-To out of form' });
    return;
  }
  const [uri = '', query = ''] = address.uri.split('?');
  transaction.respond(202, { headers: [['Contact', board.contact]] });
  const report = reporter(side, transaction);
  report(100);
  const replaces = new URLSearchParams(query.replaceAll('+', '%2B')).get('Replaces');
  if (replaces !== null) {
    report(joinCalls(board, side, replaces));
    return;
  }
  const referredBy = headerField(transaction.request, 'referred-by');
  const target = resolveTarget(userOf(uri) ?? '', board.centre);
  sendOn(board, side, target, referredBy, report);
}

/** NOTIFY with the status so far (RFC 3515 §2.4.4, §2.4.5); after a final one nothing more. */
function reporter(side: DeskSide, transaction: ServerTransaction): (status: number) => void {
  // RFC 3515 §2.4.6: which of several, by the CSeq of its REFER.
  const id = (headerField(transaction.request, 'cseq') ?? '').split(' ')[0] ?? '';
  let over = false;
  return (status) => {
    if (over) return;
    over = status >= 200;
    const headers: HeaderField[] = [
      ['Event', `refer;id=${id}`],
      ['Subscription-State', over ? 'terminated;reason=noresource' : 'active;expires=120'],
      ['Content-Type', 'message/sipfrag;version=2.0'],
    ];
    side.leg?.notify(headers, `SIP/2.0 ${status} ${reasonPhrase(status)}\r\n`);
  };
}

/** Attended: whom this leg talks to hears whom the other leg talks to. @returns the status to report. */
function joinCalls(board: Switchboard, side: DeskSide, replaces: string): number {
  const other = findReplaced(board, replaces);
  if (!other || other === side) return 481;
  if (other.extension !== side.extension) return 403;
  const party = side.give();
  const target = party && other.give();
  if (!party || !target) {
    if (party)
      board.keep((id, over) =>
        startBridge(board, id, [{ kind: 'desk', side }, party], false, over),
      );
    return 480;
  }
  for (const one of [side, other]) one.park(silentOwner(one));
  board.keep((id, over) => startBridge(board, id, [party, target], true, over));
  other.hangUp('replaced');
  letGo(board, side);
  return 200;
}

/** Blind: the party is sent to a number; until somebody answers there, the desk still has it. */
function sendOn(
  board: Switchboard,
  side: DeskSide,
  target: Target,
  referredBy: string | undefined,
  report: (status: number) => void,
): void {
  /** Whom the desk talked to when it hung up before the target answered. */
  let kept: Party | null = null;
  let over = false;
  let giveUp = (): void => undefined;

  side.departing = () => {
    kept = side.give();
    side.close();
    if (!kept) return stop();
    // A customer who hangs up now stops the ringing; a desk's own BYE does too.
    if (kept.kind === 'customer') kept.hungUp = stop;
    else kept.side.park({ ...silentOwner(kept.side), ended: stop, lost: stop });
  };

  function stop(): void {
    if (over) return;
    over = true;
    giveUp();
    if (kept) dismiss(kept);
  }

  function refused(status: number): void {
    if (over) return;
    over = true;
    side.departing = null;
    report(status);
    if (kept) dismiss(kept);
  }

  function answered(by: Party): void {
    if (over) return dismiss(by);
    over = true;
    side.departing = null;
    const party = kept ?? side.give();
    if (!party) {
      report(481);
      return dismiss(by);
    }
    report(200);
    if (!kept) {
      side.park(silentOwner(side));
      letGo(board, side);
    }
    board.keep((id, gone) => startBridge(board, id, [party, by], true, gone));
  }

  switch (target.kind) {
    case 'busy':
      return refused(486);
    case 'decline':
      return refused(603);
    case 'unknown':
      return refused(404);
    case 'line':
      giveUp = ringDesk(board, side, target.extension, referredBy, { report, refused, answered });
      return;
    case 'customer':
    case 'echo':
    case 'tone':
    case 'no-answer': {
      report(180);
      const wait = answersAfter(board, target);
      const timer = board.clock.after((wait ?? longestRing) * 1000, () => {
        if (wait === null) refused(480);
        else answered(calledParty(board, target));
      });
      giveUp = () => timer[Symbol.dispose]();
      return;
    }
    default:
      target satisfies never;
  }
}

/** @returns what stops the ringing. */
function ringDesk(
  board: Switchboard,
  from: DeskSide,
  extension: string,
  referredBy: string | undefined,
  events: {
    readonly report: (status: number) => void;
    readonly refused: (status: number) => void;
    readonly answered: (by: Party) => void;
  },
): () => void {
  if (!board.bindingOf(extension)) {
    events.refused(480);
    return () => undefined;
  }
  const fresh = new DeskSide(board, extension, {
    ended: () => stop(480),
    lost: () => stop(480),
    held: () => undefined,
    digits: () => undefined,
    give: () => null,
    replaced: () => undefined,
  });
  let invitation: ReturnType<typeof inviteLine> = null;
  let stopped = false;
  const timer = board.clock.after(longestRing * 1000, () => stop(408));

  function stop(status: number): void {
    if (stopped) return;
    stopped = true;
    timer[Symbol.dispose]();
    invitation?.cancel();
    fresh.hangUp();
    events.refused(status);
  }

  async function ring(): Promise<void> {
    const sdp = await fresh.offer();
    if (stopped) return;
    const who = identityOf(board, { kind: 'desk', side: from });
    invitation = inviteLine(board, extension, {
      from: who.from,
      headers: [
        ...who.headers,
        // RFC 3892: who sent the call.
        ...(referredBy === undefined ? [] : [['Referred-By', referredBy] satisfies HeaderField]),
      ],
      sdp,
      session: fresh.session,
      events: {
        ringing: () => events.report(180),
        answered(leg, answer) {
          fresh.established(leg);
          if (stopped) return fresh.hangUp();
          stopped = true;
          timer[Symbol.dispose]();
          fresh.accept(answer).then(
            () => events.answered({ kind: 'desk', side: fresh }),
            () => {
              fresh.hangUp();
              events.refused(488);
            },
          );
        },
        refused: (status) => stop(status === 503 ? 480 : status),
      },
    });
    if (!invitation) stop(480);
  }

  ring().catch(() => stop(500));
  return () => stop(487);
}

/** The desk ends its leg when it has heard of the success (RFC 5589 §6.1); one that does not is ended. */
function letGo(board: Switchboard, side: DeskSide): void {
  board.clock.after(desksOwnBye * 1000, () => side.hangUp());
}
