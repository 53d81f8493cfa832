/** A desk calls out: to a customer, or to one of the numbers for trying things out. */
import { assertNever } from '#shared/assert-never.ts';
import { calledConversation } from '../customers/conversation.ts';
import { customerTalker, echoTalker, toneTalker } from '../customers/talker.ts';
import type { Talker } from '../customers/talker.ts';
import { dialogAsServer } from '../sip/dialog.ts';
import type { Flow } from '../sip/flow.ts';
import { Leg } from '../sip/leg.ts';
import type { SipRequest } from '../sip/message.ts';
import type { ServerTransaction } from '../sip/server-transaction.ts';
import { allowedMethods } from '../sip/status.ts';
import { createCustomerEnd } from './customer-end.ts';
import type { CustomerEnd } from './customer-end.ts';
import { hangUpLeg, watchFlow } from './invite-line.ts';
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
  let held = false;
  let digits = '';
  let leg: Leg | null = null;
  let answerTimer: Disposable | null = null;
  let flowWatch: ReturnType<typeof watchFlow> | null = null;
  const engaged = board.engage(extension);
  const end: CustomerEnd = createCustomerEnd({
    talker: talker(),
    held: (now) => {
      held = now;
    },
    digit: (digit) => {
      digits += digit;
    },
    lost: () => hangUp('lost'),
  });

  function talker(): Talker {
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
          hangUp: () => hangUp('customer-hung-up'),
        });
      case 'busy':
      case 'decline':
      case 'no-answer':
      case 'unknown':
        return { fill: () => {}, heard: () => {}, hold: () => {} };
      default:
        return assertNever(target);
    }
  }

  function finish(reason: string): void {
    if (phase === 'gone') return;
    phase = 'gone';
    why = reason;
    answerTimer?.[Symbol.dispose]();
    flowWatch?.[Symbol.dispose]();
    engaged[Symbol.dispose]();
    end.close();
    board.log.info({ call: id, why: reason }, 'outgoing call is over');
    over();
  }

  function hangUp(reason: string): void {
    if (leg) hangUpLeg(board, leg, extension);
    else transaction.respond(reason === 'lost' ? 488 : 480);
    finish(reason);
  }

  async function answer(): Promise<void> {
    const offered = transaction.request.body;
    const body = offered === '' ? await end.offer() : await end.answer(offered);
    if (phase === 'gone') return;
    const dialog = dialogAsServer(board.agent, transaction, board.contact);
    if (!dialog) {
      transaction.respond(400, { reason: 'No usable Contact' });
      finish('refused');
      return;
    }
    const made = new Leg(
      dialog,
      board.contact,
      {
        offered: (sdp) => end.answer(sdp),
        wanted: () => end.offer(),
        answered: (sdp) => end.accept(sdp),
        digits: (more) => {
          digits += more;
        },
        ended: (how) => finish(how === 'bye' ? 'operator-hung-up' : 'lost'),
      },
      (one) => board.disconnect(one),
    );
    leg = made;
    board.connect(made);
    flowWatch = watchFlow(board, made, extension, () => hangUp('lost'));
    transaction.onAck = (ack: SipRequest | null) => {
      made.acknowledged(ack);
      if (ack !== null && offered === '') end.accept(ack.body).catch(() => hangUp('refused'));
    };
    phase = 'talking';
    end.begin();
    transaction.respond(200, {
      headers: [
        ['Contact', board.contact],
        ['Allow', allowedMethods.join(', ')],
        ['Content-Type', 'application/sdp'],
      ],
      body,
    });
  }

  transaction.onCancel = () => finish('gave-up');
  transaction.respond(180, { headers: [['Contact', board.contact]] });
  if (target.kind !== 'no-answer') {
    const wait =
      target.kind === 'customer' ? secondsBetween(board.timing.answer, board.random) : 0.2;
    answerTimer = board.clock.after(wait * 1000, () => {
      answer().catch((error: unknown) => {
        board.log.warn({ call: id, reason: String(error) }, 'the offer cannot be used');
        transaction.respond(488);
        finish('refused');
      });
    });
  }
  return {
    id,
    get view(): CallView {
      return {
        id,
        kind: 'out',
        phase,
        queue: null,
        extension,
        number: target.kind === 'customer' ? target.number : null,
        hears: phase === 'talking' ? (held ? 'hold-tone' : 'operator') : 'nothing',
        digits,
        why,
      };
    },
    close: () => hangUp('closed'),
    flowClosed(flow) {
      if (leg?.dialog.flow === flow) flowWatch?.flowClosed();
    },
  };
}
