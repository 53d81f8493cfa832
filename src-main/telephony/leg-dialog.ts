/**
 * One dialog of a leg with the exchange: sip.js's session, its media, and the farewell that fits its state. A leg may go
 * through several, when one is taken over by another (RFC 3891).
 */
import { Invitation, Inviter, SessionState } from 'sip.js';
import type { IncomingRequestMessage } from 'sip.js/lib/core/messages/incoming-request-message.js';
import type { JournalledDialog } from '../calls/line.ts';
import type { Clock } from '../host.ts';
import type { VoiceLink } from '../voice/voice-link.ts';
import type { VoiceError } from '../voice/voice-error.ts';
import type { Headers } from './incoming-identity.ts';
import { refuseInvitation } from './refuse-invitation.ts';
import { RemoteMedia, type DescriptionWish } from './remote-media.ts';
import {
  abortInvite,
  abortReinvite,
  allowForks,
  forget,
  forgetAck,
  heedBye,
  isLeft,
} from './sip-patch.ts';
import { abandonReinvite, isReinvited } from './their-reinvite.ts';

/** What a leg hears of its dialog. */
export interface DialogEar {
  stateChanged(dialog: LegDialog, state: SessionState): void;
  hungUp(dialog: LegDialog): void;
  cancelled(dialog: LegDialog, reasons: readonly string[]): void;
  /** A re-INVITE was accepted; who it says is there. */
  identified(headers: Headers): void;
  offerRefused(statusCode: number): void;
  notified(dialog: LegDialog, event: string, body: string, state: string): void;
  heldThere(dialog: LegDialog, there: boolean): void;
  badAnswer(dialog: LegDialog, error: VoiceError): void;
  /** What a description is wanted for that no operation asked for: hold as it is. */
  wish(): DescriptionWish;
}

export interface LegDialogDeps {
  readonly callId: string;
  readonly session: Invitation | Inviter;
  readonly voice: VoiceLink;
  readonly clock: Clock;
  readonly ear: DialogEar;
}

const cancelledMs = 32_000;
/**
 * RFC 3261 §15: no BYE "until it has received an ACK for its 2xx response or until the server transaction times out", which
 * takes 32 s. So long somebody waits for it; it goes out in any case.
 */
const byeMs = 1500;
/** Nobody presses "hold" and waits longer, though their transaction may last 32 s. */
const theirsMs = 10_000;

export class LegDialog {
  readonly session: Invitation | Inviter;
  readonly media: RemoteMedia;
  /**
   * RFC 3261 §14.1: no re-INVITE "while another INVITE transaction is in progress"; for the answering side the first one is
   * over with the ACK.
   */
  readonly acknowledged: Promise<void>;
  /** What the offer being made now is for; null when none is. */
  offer: DescriptionWish | null = null;
  /** An offer is to be made, and waits for its turn: theirs may be answered meanwhile. */
  waits = false;
  badAnswer: VoiceError | null = null;
  readonly #clock: Clock;
  readonly #theirsOver = new Set<() => void>();

  constructor(deps: LegDialogDeps) {
    const { session, ear } = deps;
    this.session = session;
    this.#clock = deps.clock;
    this.media = new RemoteMedia({
      callId: deps.callId,
      voice: deps.voice,
      wish: () => this.offer ?? ear.wish(),
      heldThere: (there) => ear.heldThere(this, there),
      badAnswer: (error) => {
        this.badAnswer = error;
        ear.badAnswer(this, error);
      },
    });
    let acknowledge: () => void = () => undefined;
    this.acknowledged = new Promise((resolve) => (acknowledge = resolve));
    if (session instanceof Inviter) {
      acknowledge();
      allowForks(session, () => this.media.expectAnotherAnswer());
    }
    session.delegate = {
      onAck: () => {
        acknowledge();
        this.theirsOver();
      },
      onBye: (bye) => {
        void bye.accept();
        ear.hungUp(this);
      },
      onCancel: (cancel) => ear.cancelled(this, cancel.request.getHeaders('Reason')),
      onInvite: (request, _response, statusCode) => {
        this.theirsOver();
        if (statusCode < 300) ear.identified(headersOf(request));
        else ear.offerRefused(statusCode);
      },
      onNotify: (notification) => {
        void notification.accept();
        const { request } = notification;
        ear.notified(
          this,
          request.getHeader('Event') ?? '',
          request.body,
          request.getHeader('Subscription-State') ?? '',
        );
      },
    };
    session.stateChange.addListener((state) => {
      if (state === SessionState.Terminated) {
        acknowledge();
        forgetAck(session);
        this.theirsOver();
      }
      ear.stateChanged(this, state);
      // Once everybody knows that it was up.
      if (state === SessionState.Established) queueMicrotask(() => this.#hearEarlyBye(ear));
    });
  }

  get state(): SessionState {
    return this.session.state;
  }

  /** Whether an offer of one side is on its way, so that no other may be made. */
  get isNegotiating(): boolean {
    return this.offer !== null || this.media.isAnswering;
  }

  get isUp(): boolean {
    return this.session.state === SessionState.Established;
  }

  /** Whether it rings here, unanswered. */
  get isRinging(): boolean {
    return this.session instanceof Invitation && this.session.state === SessionState.Initial;
  }

  matches(id: { readonly callId: string; readonly localTag: string }): boolean {
    const mine = this.session.dialog;
    return mine?.callId === id.callId && mine.localTag === id.localTag;
  }

  /** What a later run needs to ask for the call; null before there is a dialog. */
  journalled(): JournalledDialog | null {
    const { dialog } = this.session;
    return dialog
      ? {
          sipCallId: dialog.callId,
          localTag: dialog.localTag,
          remoteTag: dialog.remoteTag,
          remoteUri: dialog.remoteURI.toString(),
        }
      : null;
  }

  /**
   * Waits until an offer may be made. RFC 3261 §14.1: "If there is an ongoing INVITE server transaction, the TU MUST wait until
   * the transaction reaches the confirmed or terminated state". @returns false where theirs takes too long.
   */
  async mayOffer(): Promise<boolean> {
    let late = false;
    const limit = this.#clock.after(theirsMs, () => {
      late = true;
      this.theirsOver();
    });
    do {
      if (this.#isReinvited)
        await new Promise<void>((resolve) => void this.#theirsOver.add(resolve));
      await this.media.settled();
    } while (this.#isReinvited && !late);
    limit[Symbol.dispose]();
    return !this.#isReinvited;
  }

  /** A re-INVITE of theirs may be over. */
  theirsOver(): void {
    const waiting = [...this.#theirsOver];
    this.#theirsOver.clear();
    for (const go of waiting) go();
  }

  get #isReinvited(): boolean {
    return this.isUp && isReinvited(this.session);
  }

  /** Ends what waits for an answer that cannot come any more, because its socket is gone. */
  abort(): void {
    if (this.isUp) {
      abandonReinvite(this.session);
      this.theirsOver();
      return abortReinvite(this.session);
    }
    if (this.session instanceof Inviter) abortInvite(this.session);
  }

  /**
   * Says to the exchange what fits the dialog's state; a BYE that cannot be sent now is sent when the line is back. Settles
   * within 1.5 s.
   */
  async takeLeave(isLineUp: boolean): Promise<void> {
    const { session } = this;
    switch (session.state) {
      case SessionState.Initial:
      case SessionState.Establishing:
        if (session instanceof Inviter) this.#cancel(session);
        else refuseInvitation(session, { statusCode: 480 });
        return;
      case SessionState.Established:
        if (!isLineUp) return;
        const said = quietly(() => session.bye());
        heedBye(session);
        return await this.#within(byeMs, said);
      case SessionState.Terminating:
      case SessionState.Terminated:
    }
  }

  #hearEarlyBye(ear: DialogEar): void {
    if (!isLeft(this.session)) return;
    ear.hungUp(this);
    forget(this.session);
  }

  #within(ms: number, done: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const limit = this.#clock.after(ms, resolve);
      void done.then(() => {
        limit[Symbol.dispose]();
        resolve();
      });
    });
  }

  /**
   * RFC 3261 §9.1: "If there is no final response for the original request in 64*T1 seconds …, the client SHOULD then
   * consider the original transaction cancelled".
   */
  #cancel(inviter: Inviter): void {
    void quietly(() => inviter.cancel());
    const limit = this.#clock.after(cancelledMs, () => abortInvite(inviter, true));
    inviter.stateChange.addListener((state) => {
      if (state === SessionState.Terminated) limit[Symbol.dispose]();
    });
    if (inviter.state === SessionState.Terminated) limit[Symbol.dispose]();
  }
}

export function headersOf(message: Pick<IncomingRequestMessage, 'getHeaders'>): Headers {
  return (name) => message.getHeaders(name);
}

/** For farewells: the call has ended for us in any case. */
async function quietly(farewell: () => Promise<unknown>): Promise<void> {
  try {
    await farewell();
  } catch {
    // Nobody is there to hear it.
  }
}
