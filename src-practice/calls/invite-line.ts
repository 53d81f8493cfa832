/** Rings a registered line: one INVITE, to its newest binding. */
import { dialogAsClient, newCallId } from '../sip/dialog.ts';
import { Leg } from '../sip/leg.ts';
import type { LegEvents } from '../sip/leg.ts';
import type { HeaderField, SipResponse } from '../sip/message.ts';
import { newTag } from '../sip/server-transaction.ts';
import { allowedMethods, supportedExtensions } from '../sip/status.ts';
import type { Switchboard } from './switchboard.ts';

export interface Invitation {
  /** The final answer still comes: usually 487. */
  cancel(): void;
}

export interface InvitationEvents {
  ringing(): void;
  /** The leg stands and its ACK is sent. */
  answered(leg: Leg, sdp: string): void;
  refused(status: number): void;
}

/**
 * @param from value of From without its tag.
 * @param headers identity, privacy, queue and the like.
 * @returns null where the line is not registered.
 */
export function inviteLine(
  board: Switchboard,
  extension: string,
  parts: {
    readonly from: string;
    readonly headers: readonly HeaderField[];
    readonly sdp: string;
    readonly session: LegEvents;
    readonly events: InvitationEvents;
  },
): Invitation | null {
  const binding = board.bindingOf(extension);
  if (!binding) return null;
  const invite = board.agent.request(
    binding.flow,
    {
      kind: 'request',
      method: 'INVITE',
      uri: binding.contact,
      headers: [
        ...binding.path.map((route): HeaderField => ['Route', route]),
        ['From', `${parts.from};tag=${newTag()}`],
        ['To', `<sip:${extension}@${board.centre.domain}>`],
        ['Call-ID', newCallId()],
        ['CSeq', '1 INVITE'],
        ['Contact', board.contact],
        ['Allow', allowedMethods.join(', ')],
        ['Supported', supportedExtensions.join(', ')],
        ...parts.headers,
        ['Content-Type', 'application/sdp'],
      ],
      body: parts.sdp,
    },
    {
      provisional: () => parts.events.ringing(),
      final(response: SipResponse) {
        if (response.status >= 300) {
          parts.events.refused(response.status);
          return;
        }
        const dialog = dialogAsClient(board.agent, invite, response, board.contact);
        dialog.acknowledge(response);
        const leg = new Leg(dialog, board.contact, parts.session, (one) => board.disconnect(one));
        leg.learn(response);
        board.connect(leg);
        parts.events.answered(leg, response.body);
      },
    },
  );
  return invite;
}

/** Ends a leg over whichever flow the line has now. */
export function hangUpLeg(board: Switchboard, leg: Leg, extension: string, reason?: string): void {
  if (!leg.dialog.flow.open) leg.dialog.flow = board.bindingOf(extension)?.flow ?? leg.dialog.flow;
  leg.bye(reason);
}

/**
 * Watches a leg whose socket may go: after the grace time without a way to the line, `lost` is called.
 * The desk that comes back registers, or asks inside the dialog, over a new flow.
 */
export function watchFlow(
  board: Switchboard,
  leg: Leg,
  extension: string,
  lost: () => void,
): Disposable & { flowClosed(): void } {
  let grace: Disposable | null = null;
  const reachable = (): boolean => leg.dialog.flow.open || board.bindingOf(extension) !== null;
  return {
    flowClosed() {
      if (reachable()) return;
      grace?.[Symbol.dispose]();
      grace = board.clock.after(board.timing.lost * 1000, () => {
        if (!reachable()) lost();
      });
    },
    [Symbol.dispose]() {
      grace?.[Symbol.dispose]();
    },
  };
}
