/** A desk calls out: to a customer, or to one of the numbers for trying things out. */
import { assertNever } from '#shared/assert-never.ts';
import { calledConversation } from '../customers/conversation.ts';
import { customerTalker, echoTalker, toneTalker } from '../customers/talker.ts';
import type { Talker } from '../customers/talker.ts';
import { dialogAsServer } from '../sip/dialog.ts';
import type { Flow } from '../sip/flow.ts';
import { Leg, sessionExpires } from '../sip/leg.ts';
import type { SipRequest } from '../sip/message.ts';
import type { ServerTransaction } from '../sip/server-transaction.ts';
import { allowedMethods, supportedExtensions } from '../sip/status.ts';
import { DeskSide, type SideOwner } from './desk-side.ts';
import { customerParty } from './party.ts';
import type { CustomerParty } from './party.ts';
import { secondsBetween } from './switchboard.ts';
import type { CallView, Switchboard } from './switchboard.ts';
import type { Target } from './target.ts';

export interface OpenCall {
  readonly id: string;
  readonly view: CallView;
  close(): void;
  flowClosed(flow: Flow): void;
}

/** Refuses at once what is not to be answered. */
export function refuseTarget(transaction: ServerTransaction, target: Target): boolean {
  switch (target.kind) {
    case 'busy':
      transaction.respond(486);
      return true;
    case 'decline':
      transaction.respond(603);
      return true;
    case 'unknown':
      transaction.respond(404);
      return true;
    case 'line':
    case 'customer':
    case 'echo':
    case 'no-answer':
    case 'tone':
      return false;
    default:
      return assertNever(target);
  }
}

/** Who answers under a number that is not a desk's. */
export function calledParty(
  board: Switchboard,
  target: Exclude<Target, { readonly kind: 'line' }>,
): CustomerParty {
  const number = target.kind === 'customer' ? target.number : null;
  return customerParty(number, (hangUp): Talker => {
    switch (target.kind) {
      case 'echo':
        return echoTalker();
      case 'tone':
        return toneTalker();
      case 'customer':
        return customerTalker({
          conversation: calledConversation(),
          language: target.customer.language ?? 'sl',
          pitch: 0.92 + board.random() * 0.16,
          prompts: board.prompts,
          turns: board.timing.turns,
          hangUp,
        });
      case 'busy':
      case 'decline':
      case 'no-answer':
      case 'unknown':
        return { fill: () => {}, heard: () => {}, hold: () => {} };
      default:
        return assertNever(target);
    }
  });
}

/** Seconds until whoever is called answers; null: never. */
export function answersAfter(board: Switchboard, target: Target): number | null {
  if (target.kind === 'no-answer') return null;
  return target.kind === 'customer' ? secondsBetween(board.timing.answer, board.random) : 0.2;
}

/** @param over called once, when the call is gone. */
export function startDeskCall(
  board: Switchboard,
  parts: {
    readonly id: string;
    readonly transaction: ServerTransaction;
    readonly extension: string;
    readonly target: Exclude<Target, { readonly kind: 'line' }>;
  },
  over: () => void,
): OpenCall {
  const { id, transaction, extension, target } = parts;
  let phase: CallView['phase'] = 'ringing';
  let why: string | null = null;
  let digits = '';
  const party = calledParty(board, target);
  party.hungUp = () => hangUp('customer-hung-up');
  const owner: SideOwner = {
    ended: (how) => {
      side.close();
      finish(how === 'bye' ? 'operator-hung-up' : 'lost');
    },
    lost: () => hangUp('lost'),
    held: () => undefined,
    digits: (more) => {
      digits += more;
    },
    give: () => {
      if (phase !== 'talking') return null;
      finish('transferred');
      return party;
    },
    replaced: (by) => {
      side = by;
      side.belong(owner, party.talker);
    },
  };
  let side = new DeskSide(board, extension, owner);
  let answerTimer: Disposable | null = null;

  function finish(reason: string): void {
    if (phase === 'gone') return;
    phase = 'gone';
    why = reason;
    answerTimer?.[Symbol.dispose]();
    board.log.info({ call: id, why: reason }, 'desk call is over');
    over();
  }

  function hangUp(reason: string): void {
    if (phase === 'gone') return;
    if (!side.leg) transaction.respond(reason === 'lost' ? 488 : 480);
    finish(reason);
    side.hangUp();
  }

  async function answer(): Promise<void> {
    const offered = transaction.request.body;
    const body = offered === '' ? await side.offer() : await side.answer(offered);
    if (phase === 'gone') return;
    const dialog = dialogAsServer(board.agent, transaction, board.contact);
    if (!dialog) {
      transaction.respond(400, { reason: 'No usable Contact' });
      hangUp('refused');
      return;
    }
    const leg = new Leg(dialog, board.contact, side.session, (one) => board.disconnect(one));
    leg.learn(transaction.request);
    board.connect(leg);
    side.established(leg);
    transaction.onAck = (ack: SipRequest | null) => {
      leg.acknowledged(ack);
      if (ack !== null && offered === '') side.accept(ack.body).catch(() => hangUp('refused'));
    };
    phase = 'talking';
    side.belong(owner, party.talker);
    transaction.respond(200, {
      headers: [
        ['Contact', board.contact],
        ['Allow', allowedMethods.join(', ')],
        ['Supported', supportedExtensions.join(', ')],
        ...sessionExpires(transaction.request),
        ['Content-Type', 'application/sdp'],
      ],
      body,
    });
  }

  transaction.onCancel = () => {
    side.close();
    finish('gave-up');
  };
  transaction.respond(180, { headers: [['Contact', board.contact]] });
  const wait = answersAfter(board, target);
  if (wait !== null)
    answerTimer = board.clock.after(wait * 1000, () => {
      answer().catch((error: unknown) => {
        board.log.warn({ call: id, reason: String(error) }, 'the offer cannot be used');
        transaction.respond(488);
        side.hangUp();
        finish('refused');
      });
    });
  return {
    id,
    get view(): CallView {
      return {
        id,
        kind: 'out',
        phase,
        queue: null,
        extension,
        number: party.number,
        hears: phase === 'talking' ? (side.onHold ? 'hold-tone' : 'operator') : 'nothing',
        digits,
        why,
      };
    },
    close: () => hangUp('closed'),
    flowClosed: (flow) => side.flowClosed(flow),
  };
}
