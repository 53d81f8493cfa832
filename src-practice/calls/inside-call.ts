/** Two desks talk to each other: the exchange stands between as a back-to-back user agent. */
import { dialogAsServer } from '../sip/dialog.ts';
import { Leg, sessionExpires } from '../sip/leg.ts';
import type { ServerTransaction } from '../sip/server-transaction.ts';
import { allowedMethods, supportedExtensions } from '../sip/status.ts';
import { startBridge } from './bridge.ts';
import type { OpenCall } from './desk-call.ts';
import { DeskSide, type SideOwner } from './desk-side.ts';
import { inviteLine } from './invite-line.ts';
import type { Invitation } from './invite-line.ts';
import { identityOf } from './party.ts';
import type { CallView, Switchboard } from './switchboard.ts';

/** Rings a desk for a desk; a desk that calls itself is rung too. @param over called once, when the call is gone. */
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
  if (transaction.request.body === '') {
    transaction.respond(488);
    return null;
  }
  if (!board.bindingOf(callee)) {
    transaction.respond(480);
    return null;
  }
  let phase: CallView['phase'] = 'ringing';
  let why: string | null = null;
  let bridge: OpenCall | null = null;
  let invitation: Invitation | null = null;

  const owner: SideOwner = {
    ended: () => giveUp('lost'),
    lost: () => giveUp('lost'),
    held: () => undefined,
    digits: () => undefined,
    give: () => null,
    replaced: () => undefined,
  };
  const callerSide = new DeskSide(board, caller, owner);
  const calleeSide = new DeskSide(board, callee, owner);

  function finish(reason: string): void {
    if (phase === 'gone') return;
    phase = 'gone';
    why = reason;
    over();
  }

  function giveUp(reason: string, status = 480): void {
    if (phase !== 'ringing') return;
    invitation?.cancel();
    callerSide.hangUp();
    calleeSide.hangUp();
    transaction.respond(status);
    finish(reason);
  }

  async function ring(): Promise<void> {
    const sdp = await calleeSide.offer();
    if (phase !== 'ringing') return;
    const { from, headers } = identityOf(board, { kind: 'desk', side: callerSide });
    invitation = inviteLine(board, callee, {
      from,
      headers,
      sdp,
      session: calleeSide.session,
      events: {
        ringing: () => transaction.respond(180, { headers: [['Contact', board.contact]] }),
        answered(leg, answer) {
          invitation = null;
          calleeSide.established(leg);
          answered(answer).catch((error: unknown) => {
            board.log.warn({ call: id, reason: String(error) }, 'an inside call failed');
            giveUp('refused', 488);
          });
        },
        // 503 and 408 of our own: the callee's desk went away.
        refused: (status) => giveUp('refused', status === 503 || status === 408 ? 480 : status),
      },
    });
    if (!invitation) giveUp('refused');
  }

  async function answered(answer: string): Promise<void> {
    if (phase !== 'ringing') return calleeSide.hangUp();
    await calleeSide.accept(answer);
    const body = await callerSide.answer(transaction.request.body);
    const dialog = dialogAsServer(board.agent, transaction, board.contact);
    if (phase !== 'ringing') return;
    if (!dialog) return giveUp('refused', 400);
    const leg = new Leg(dialog, board.contact, callerSide.session, (one) => board.disconnect(one));
    leg.learn(transaction.request);
    board.connect(leg);
    callerSide.established(leg);
    transaction.onAck = (ack) => leg.acknowledged(ack);
    phase = 'talking';
    transaction.respond(200, {
      headers: [
        ['Contact', board.contact],
        ['Allow', allowedMethods.join(', ')],
        ['Supported', supportedExtensions.join(', ')],
        ...sessionExpires(transaction.request),
        ...identityOf(board, { kind: 'desk', side: calleeSide }).headers,
        ['Content-Type', 'application/sdp'],
      ],
      body,
    });
    const desks = [
      { kind: 'desk', side: callerSide },
      { kind: 'desk', side: calleeSide },
    ] as const;
    bridge = startBridge(board, id, desks, false, () => finish(bridge?.view.why ?? 'closed'));
  }

  transaction.onCancel = () => giveUp('gave-up');
  ring().catch((error: unknown) => {
    board.log.error({ call: id, reason: String(error) }, 'a desk could not be rung');
    giveUp('refused');
  });
  return {
    id,
    get view(): CallView {
      return (
        bridge?.view ?? {
          id,
          kind: 'inside',
          phase,
          queue: null,
          extension: caller,
          number: null,
          hears: 'nothing',
          digits: '',
          why,
        }
      );
    },
    close: () => (bridge ? bridge.close() : giveUp('closed')),
    flowClosed(flow) {
      if (bridge) return bridge.flowClosed(flow);
      callerSide.flowClosed(flow);
      calleeSide.flowClosed(flow);
    },
  };
}
