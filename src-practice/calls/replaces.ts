/** Replaces (RFC 3891): which of a desk's calls is meant, and the INVITE by which the same desk goes on with it in a new dialog. */
import { dialogAsServer } from '../sip/dialog.ts';
import { Leg, sessionExpires } from '../sip/leg.ts';
import { headerFields } from '../sip/message.ts';
import type { ServerTransaction } from '../sip/server-transaction.ts';
import { allowedMethods, supportedExtensions } from '../sip/status.ts';
import { splitList } from '../sip/values.ts';
import { DeskSide } from './desk-side.ts';
import type { Switchboard } from './switchboard.ts';

/** The desk in the call that a Replaces value names; null: none. */
export function findReplaced(board: Switchboard, replaces: string): DeskSide | null {
  const [callId = '', ...params] = splitList(replaces, ';');
  const tag = (name: string): string | undefined =>
    params.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
  const [to, from] = [tag('to-tag'), tag('from-tag')];
  if (to === undefined || from === undefined) return null;
  // RFC 3891 §3: to-tag is ours, from-tag the desk's.
  return (
    [...board.sides.values()].find((side) => side.leg?.dialog.isNamed(callId, to, from)) ?? null
  );
}

/**
 * Answers an INVITE with Replaces.
 * @param extension of the line that asks.
 */
export function takeOver(
  board: Switchboard,
  transaction: ServerTransaction,
  extension: string,
  replaces: string,
): void {
  const { request } = transaction;
  const old = findReplaced(board, replaces);
  // RFC 3891 §3: one Replaces, and a dialog that it names.
  if (!old || headerFields(request, 'replaces').length !== 1) {
    transaction.respond(old ? 400 : 481);
    return;
  }
  if (old.extension !== extension) {
    transaction.respond(403);
    return;
  }
  // RFC 3891 §3: early-only, and it is not early.
  if (/;\s*early-only\s*(;|$)/i.test(replaces)) {
    transaction.respond(486);
    return;
  }
  if (request.body === '') {
    transaction.respond(488);
    return;
  }
  transaction.respond(100);
  let gone = false;
  const lost = (): void => {
    gone = true;
  };
  const fresh = new DeskSide(board, extension, {
    ended: lost,
    lost,
    held: () => undefined,
    digits: () => undefined,
    give: () => null,
    replaced: () => undefined,
  });
  transaction.onCancel = () => {
    gone = true;
    fresh.close();
  };
  fresh.answer(request.body).then(
    (body) => {
      const dialog = dialogAsServer(board.agent, transaction, board.contact);
      if (gone || !dialog || old.leg?.ended !== false) {
        transaction.respond(dialog ? 481 : 400);
        fresh.close();
        return;
      }
      const leg = new Leg(dialog, board.contact, fresh.session, (one) => board.disconnect(one));
      leg.learn(request);
      board.connect(leg);
      fresh.established(leg);
      transaction.onAck = (ack) => leg.acknowledged(ack);
      transaction.respond(200, {
        headers: [
          ['Contact', board.contact],
          ['Allow', allowedMethods.join(', ')],
          ['Supported', supportedExtensions.join(', ')],
          ...sessionExpires(request),
          ['Content-Type', 'application/sdp'],
        ],
        body,
      });
      old.replacedBy(fresh);
      old.hangUp('replaced');
      board.log.info({ extension }, 'a call goes on in another dialog');
    },
    () => {
      transaction.respond(488);
      fresh.close();
    },
  );
}
