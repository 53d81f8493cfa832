/** One customer's call to a queue with all that it does: rings desks, speaks, hangs up. */
import { assertNever } from '#shared/assert-never.ts';
import type { Language } from '#shared/model/language.ts';
import { DeskSide, type SideOwner } from '../calls/desk-side.ts';
import { inviteLine } from '../calls/invite-line.ts';
import type { Invitation } from '../calls/invite-line.ts';
import { customerParty, identityOf } from '../calls/party.ts';
import type { CallView, Switchboard } from '../calls/switchboard.ts';
import type { PracticeQueue } from '../centre.ts';
import { callerConversation } from '../customers/conversation.ts';
import type { Conversation } from '../customers/conversation.ts';
import { customerTalker } from '../customers/talker.ts';
import type { Talker } from '../customers/talker.ts';
import type { Flow } from '../sip/flow.ts';
import type { Leg } from '../sip/leg.ts';
import type { HeaderField } from '../sip/message.ts';
import { stepQueueCall } from './queue-call.ts';
import type { GoneWhy, QueueCallEffect, QueueCallEvent, QueueCallState } from './queue-call.ts';

export interface CallerParts {
  readonly queue: PracticeQueue;
  /** E.164; null: withheld. */
  readonly number: string | null;
  readonly known: boolean;
  readonly language: Language;
  /** Seconds the caller waits for an answer. */
  readonly patience: number;
  /** Left out: what callers of that queue say. */
  readonly conversation?: Conversation;
  /** Left out: a customer who converses. */
  readonly talker?: Talker;
}

export interface WaitingCall {
  readonly id: string;
  readonly queue: PracticeQueue;
  readonly view: CallView;
  /** Milliseconds since 1970 from which a line may be offered this call again. */
  restsUntil(extension: string): number;
  offer(extension: string): void;
  /** The customer gives up, or hangs up. */
  hangUp(): void;
  close(): void;
  flowClosed(flow: Flow): void;
}

/**
 * @param changed called when the call waits again, or is gone: the queue looks for an operator.
 */
export function startWaitingCall(
  board: Switchboard,
  id: string,
  parts: CallerParts,
  changed: (after: { readonly gone: GoneWhy | null }) => void,
): WaitingCall {
  const joined = board.clock.now();
  const rests = new Map<string, number>();
  let state: QueueCallState = { phase: 'waiting' };
  let digits = '';
  /** The line rung last. */
  let desk: string | null = null;
  let side: DeskSide | null = null;
  let invitation: Invitation | null = null;
  let ringTimer: Disposable | null = null;
  const patience = board.clock.after(parts.patience * 1000, () => dispatch({ type: 'gave-up' }));

  const party = customerParty(parts.number, (hangUp) => parts.talker ?? talker(hangUp));
  party.hungUp = () => dispatch({ type: 'customer-hung-up' });

  const owner: SideOwner = {
    ended: (why) => dispatch({ type: why === 'bye' ? 'operator-hung-up' : 'lost' }),
    lost: () => dispatch({ type: 'lost' }),
    held: (held) => dispatch({ type: 'held', held }),
    digits: (more) => {
      digits += more;
    },
    give: () => {
      if (state.phase !== 'talking') return null;
      // The desk's end stays with whoever takes the customer.
      side = null;
      dispatch({ type: 'transferred' });
      return party;
    },
    replaced: (by) => {
      side = by;
      by.belong(owner, party.talker);
    },
  };

  function talker(hangUp: () => void): Talker {
    return customerTalker({
      conversation: parts.conversation ?? callerConversation(parts.queue.name, parts.known),
      language: parts.language,
      pitch: 0.92 + board.random() * 0.16,
      prompts: board.prompts,
      turns: board.timing.turns,
      hangUp,
    });
  }

  function dispatch(event: QueueCallEvent): void {
    const [next, effects] = stepQueueCall(state, event);
    state = next;
    for (const effect of effects) perform(effect);
  }

  function perform(effect: QueueCallEffect): void {
    switch (effect.type) {
      case 'ring':
        ring(effect.extension).catch((error: unknown) => {
          board.log.error({ call: id, reason: String(error) }, 'an operator could not be rung');
          settle();
          dispatch({ type: 'refused' });
        });
        return;
      case 'cancel':
        if (invitation) invitation.cancel();
        return;
      case 'look-again':
        rests.set(effect.after, board.clock.now() + board.timing.retry * 1000);
        changed({ gone: null });
        return;
      case 'converse':
        patience[Symbol.dispose]();
        side?.belong(owner, party.talker);
        return;
      case 'bye':
        side?.hangUp();
        return;
      case 'finish':
        patience[Symbol.dispose]();
        settle();
        board.log.info({ call: id, why: effect.why }, 'queue call is over');
        changed({ gone: effect.why });
        return;
      default:
        assertNever(effect);
    }
  }

  async function ring(extension: string): Promise<void> {
    desk = extension;
    const rung = new DeskSide(board, extension, owner);
    side = rung;
    const sdp = await rung.offer();
    // The caller may have gone while candidates were gathered.
    const sent =
      state.phase === 'ringing'
        ? inviteLine(board, extension, {
            from: identityOf(board, party).from,
            headers: [...identityOf(board, party).headers, ...queueHeaders()],
            sdp,
            session: rung.session,
            events: {
              ringing: () => board.log.debug({ call: id }, 'operator alerted'),
              answered: (made, answer) => answered(rung, made, answer),
              refused(status) {
                board.log.info({ call: id, status }, 'operator refused');
                settle();
                dispatch({ type: 'refused' });
              },
            },
          })
        : null;
    if (!sent) {
      settle();
      dispatch({ type: 'refused' });
      return;
    }
    invitation = sent;
    ringTimer = board.clock.after(board.timing.ring * 1000, () => dispatch({ type: 'rung-out' }));
  }

  function answered(rung: DeskSide, made: Leg, sdp: string): void {
    ringTimer?.[Symbol.dispose]();
    invitation = null;
    rung.established(made);
    dispatch({ type: 'answered' });
    rung.accept(sdp).catch((error: unknown) => {
      board.log.warn({ call: id, reason: String(error) }, 'the answer cannot be used');
      dispatch({ type: 'lost' });
    });
  }

  /** Gives back all that one ring or one conversation took. */
  function settle(): void {
    ringTimer?.[Symbol.dispose]();
    side?.close();
    ringTimer = side = invitation = null;
  }

  const queueHeaders = (): readonly HeaderField[] => {
    const { name, dialled } = parts.queue;
    const waited = Math.round((board.clock.now() - joined) / 1000);
    return [
      ['X-Queue', name],
      ['X-Queue-Wait', String(waited)],
      // The project lets its calls answer themselves.
      ...(parts.queue.autoAnswer
        ? [['Call-Info', `<sip:${board.centre.domain}>;answer-after=0`] satisfies HeaderField]
        : []),
      // RFC 5806: where the call was first meant to go.
      ...(dialled === null
        ? []
        : [
            [
              'Diversion',
              `<sip:${dialled}@${board.centre.domain};user=phone>;reason=unconditional`,
            ] satisfies HeaderField,
          ]),
    ];
  };

  board.log.info({ call: id, queue: parts.queue.name }, 'a customer waits');
  return {
    id,
    queue: parts.queue,
    get view(): CallView {
      return {
        id,
        kind: 'queue',
        phase: state.phase,
        queue: parts.queue.name,
        extension: desk,
        number: parts.number,
        hears: hearing(state),
        digits,
        why: state.phase === 'gone' ? state.why : null,
      };
    },
    restsUntil: (extension) => rests.get(extension) ?? 0,
    offer: (extension) => dispatch({ type: 'operator-free', extension }),
    hangUp: () => dispatch({ type: state.phase === 'talking' ? 'customer-hung-up' : 'gave-up' }),
    close: () => dispatch({ type: 'closed' }),
    flowClosed(flow) {
      side?.flowClosed(flow);
    },
  };
}

function hearing(state: QueueCallState): CallView['hears'] {
  switch (state.phase) {
    case 'waiting':
    case 'ringing':
      return 'waiting-tone';
    case 'talking':
      return state.held ? 'hold-tone' : 'operator';
    case 'leaving':
    case 'gone':
      return 'nothing';
    default:
      return assertNever(state);
  }
}
