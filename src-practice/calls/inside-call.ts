/** Two desks talk to each other: the exchange stands between as a back-to-back user agent and relays their SDP. */
import { dialogAsServer } from '../sip/dialog.ts';
import { Leg, SessionRefused } from '../sip/leg.ts';
import type { LegEvents } from '../sip/leg.ts';
import type { ServerTransaction } from '../sip/server-transaction.ts';
import { allowedMethods } from '../sip/status.ts';
import { quoted } from '../sip/values.ts';
import type { OpenCall } from './desk-call.ts';
import { hangUpLeg, inviteLine, watchFlow } from './invite-line.ts';
import type { CallView, Switchboard } from './switchboard.ts';

/** @param over called once, when the call is gone. */
export function startInsideCall(
  board: Switchboard,
  parts: {
    readonly id: string;
    readonly transaction: ServerTransaction;
    readonly caller: string;
    readonly callee: string;
  },
  over: () => void,
): OpenCall | null {
  const { id, transaction, caller, callee } = parts;
  const { domain, lines } = board.centre;
  let phase: CallView['phase'] = 'ringing';
  let why: string | null = null;
  let callerLeg: Leg | null = null;
  let calleeLeg: Leg | null = null;
  const held: Disposable[] = [];
  const watches: ReturnType<typeof watchFlow>[] = [];

  function finish(reason: string): void {
    if (phase === 'gone') return;
    phase = 'gone';
    why = reason;
    for (const one of [...held.splice(0), ...watches]) one[Symbol.dispose]();
    over();
  }

  function hangUpBoth(reason: string): void {
    if (callerLeg) hangUpLeg(board, callerLeg, caller);
    else transaction.respond(480);
    if (calleeLeg) hangUpLeg(board, calleeLeg, callee);
    else invitation?.cancel();
    finish(reason);
  }

  /** What one side says goes to the other. */
  const relayTo = (other: () => Leg | null, otherExtension: string): LegEvents => ({
    offered: (sdp) => other()?.offer(sdp) ?? Promise.reject(new SessionRefused(488)),
    // An offer nobody made cannot be relayed.
    wanted: () => Promise.reject(new SessionRefused(488)),
    answered: () => Promise.resolve(),
    digits(digits) {
      for (const digit of digits)
        other()?.inform('application/dtmf-relay', `Signal=${digit}\r\nDuration=160\r\n`);
    },
    ended(how) {
      const leg = other();
      if (leg) hangUpLeg(board, leg, otherExtension);
      finish(how === 'bye' ? 'operator-hung-up' : 'lost');
    },
  });

  if (transaction.request.body === '') {
    transaction.respond(488);
    return null;
  }
  const name = lines.find(({ extension }) => extension === caller)?.displayName ?? caller;
  const identity = `${quoted(name)} <sip:${caller}@${domain}>`;
  const invitation = inviteLine(board, callee, {
    from: identity,
    headers: [['P-Asserted-Identity', identity]],
    sdp: transaction.request.body,
    session: relayTo(() => callerLeg, caller),
    events: {
      ringing: () => transaction.respond(180, { headers: [['Contact', board.contact]] }),
      answered(leg, sdp) {
        calleeLeg = leg;
        const dialog = dialogAsServer(board.agent, transaction, board.contact);
        if (phase === 'gone' || !dialog) {
          hangUpLeg(board, leg, callee);
          if (!dialog) transaction.respond(400, { reason: 'No usable Contact' });
          finish('refused');
          return;
        }
        const made = new Leg(
          dialog,
          board.contact,
          relayTo(() => calleeLeg, callee),
          (one) => board.disconnect(one),
        );
        callerLeg = made;
        board.connect(made);
        transaction.onAck = (ack) => made.acknowledged(ack);
        watches.push(watchFlow(board, made, caller, () => hangUpBoth('lost')));
        watches.push(watchFlow(board, leg, callee, () => hangUpBoth('lost')));
        phase = 'talking';
        transaction.respond(200, {
          headers: [
            ['Contact', board.contact],
            ['Allow', allowedMethods.join(', ')],
            ['Content-Type', 'application/sdp'],
          ],
          body: sdp,
        });
      },
      refused(status) {
        // 503 and 408 of our own: the callee's desk went away.
        transaction.respond(status === 503 || status === 408 ? 480 : status);
        finish('refused');
      },
    },
  });
  if (!invitation) {
    transaction.respond(480);
    return null;
  }
  held.push(board.engage(caller), board.engage(callee));
  transaction.onCancel = () => {
    invitation.cancel();
    finish('gave-up');
  };
  return {
    id,
    get view(): CallView {
      return {
        id,
        kind: 'inside',
        phase,
        queue: null,
        extension: caller,
        number: null,
        hears: 'nothing',
        digits: '',
        why,
      };
    },
    close: () => hangUpBoth('closed'),
    flowClosed(flow) {
      const legs = [callerLeg, calleeLeg];
      watches.forEach((watch, index) => {
        if (legs[index]?.dialog.flow === flow) watch.flowClosed();
      });
    },
  };
}
