/**
 * One call with one party: the voice page has the media, one queue the order, the dialog of the moment the signalling.
 *
 *   ringing, dialling ──2xx──► up ──BYE, 481──► ended
 *        │                     │ ▲
 *        │                     └─┘ another dialog takes this one's place (RFC 3891): the same call
 *        └── refused, lost ──► ended
 */
import { Invitation, SessionState, type Inviter } from 'sip.js';
import type { CallEnd } from '#shared/model/call.ts';
import { LineError, type JournalledDialog, type Leg, type LegEvent } from '../calls/line.ts';
import type { PeerEvent } from '../voice/voice-link.ts';
import type { VoiceError } from '../voice/voice-error.ts';
import { endOfCancel, endOfRefusal, statusOfRejection, type RejectReason } from './call-end.ts';
import { sendInfoTones } from './dtmf-info.ts';
import type { Headers } from './incoming-identity.ts';
import { answerCall } from './leg-answer.ts';
import { LegCore, type LegDeps } from './leg-core.ts';
import type { LegDialog } from './leg-dialog.ts';
import { replaceBy } from './leg-replacement.ts';
import { LegSurvival } from './leg-survival.ts';
import { LegTransfer } from './leg-transfer.ts';
import { refuseInvitation } from './refuse-invitation.ts';
import { statusLine } from './response-said.ts';

export class SipLeg implements Leg {
  readonly callId: string;
  readonly #core: LegCore;
  readonly #survival: LegSurvival;
  readonly #transfer: LegTransfer;
  readonly #gone: (leg: SipLeg) => void;
  #alerted = false;
  #answered = false;

  /** `gone`: nothing is left to be said to the exchange. */
  constructor(deps: LegDeps, gone: (leg: SipLeg) => void) {
    this.callId = deps.callId;
    this.#gone = gone;
    this.#core = new LegCore(deps, {
      stateChanged: (dialog, state) => this.#follow(dialog, state),
      hungUp: (dialog) => {
        if (!this.#survival.outlivesBye(dialog)) this.#core.end(this.#transfer.endOfBye, 'BYE');
      },
      cancelled: (dialog, reasons) => {
        if (dialog === this.#core.dialog) this.#core.end(endOfCancel(reasons), 'CANCEL');
      },
      notified: (_dialog, event, body) => this.#transfer.notified(event, body),
      badAnswer: (dialog, error) => this.#hearBadAnswer(dialog, error),
    });
    this.#survival = new LegSurvival(this.#core, () => gone(this));
    this.#transfer = new LegTransfer(this.#core, this.#survival);
  }

  /** Whether it rings here, unanswered. */
  get isRinging(): boolean {
    return this.#core.dialog.isRinging && !this.#core.ended;
  }

  /** Whether this is the dialog that the leg talks in now. */
  talksIn(id: { readonly callId: string; readonly localTag: string }): boolean {
    return this.#core.dialog.matches(id);
  }

  /** Whether an offer is on its way in this dialog, so that another of theirs must wait. */
  isNegotiating(id: { readonly callId: string; readonly localTag: string }): boolean {
    return this.#core.dialog.isNegotiating && this.talksIn(id);
  }

  /** Whether this is the dialog it talks in, as sip.js names it. */
  isIn(dialogId: string): boolean {
    return this.#core.dialog.session.dialog?.id === dialogId;
  }

  /** Whether an INVITE is on its way that is to take the dialog's place. */
  get isTakingBack(): boolean {
    return this.#survival.isTakingBack;
  }

  /** The dialog as it was told last. */
  get journalled(): JournalledDialog | null {
    return this.#core.journalled;
  }

  /** Whether `session` is the one that the leg talks in now. */
  owns(session: unknown): boolean {
    return this.#core.dialog.session === session;
  }

  listen(hear: (event: LegEvent) => void): void {
    this.#core.listen(hear);
  }

  /** The INVITE that the desk is told of: who calls is known. */
  begin(headers: Headers): void {
    void this.#core.party.inInvite(headers);
  }

  /** A request in the dialog says who is there. */
  identify(headers: Headers): void {
    this.#core.identify(this.#core.party.inRequest(headers));
  }

  /** Sends the first INVITE of an outgoing call. */
  start(inviter: Inviter): void {
    const core = this.#core;
    // Another dialog may take its place while it rings (RFC 3891 §3): that one's end is not the call's.
    const end = (how: CallEnd, why: string): void =>
      this.owns(inviter) ? core.end(how, why) : undefined;
    inviter
      .invite({
        requestDelegate: {
          onProgress: ({ message }) => {
            if ((message.statusCode ?? 0) > 100) this.#alert();
          },
          onAccept: ({ message }) => {
            const dialled = inviter.request.to.uri.user ?? '';
            core.identify(core.party.inAnswer((name) => message.getHeaders(name), dialled));
          },
          onRedirect: ({ message }) => end('failed', statusLine(message)),
          onReject: ({ message }) =>
            end(endOfRefusal(message.statusCode ?? 0), statusLine(message)),
        },
      })
      .catch((error: unknown) => end('failed', messageOf(error)));
  }

  /** Asks the exchange for a call of an earlier process. */
  recover(dialog: JournalledDialog): void {
    const core = this.#core;
    core.later('not recovered', async () => {
      const refused = await this.#survival.recover(dialog);
      if (refused === null) return;
      core.end('failed', refused);
      this.#gone(this);
    });
  }

  answer(): Promise<void> {
    const core = this.#core;
    return core.queue.run(() => answerCall(core));
  }

  async reject(reason: RejectReason): Promise<void> {
    const { session } = this.#core.dialog;
    if (!(session instanceof Invitation) || !this.isRinging)
      throw new LineError('WRONG_STATE', `the call is ${session.state}`);
    this.#core.end('rejected-here', reason);
    refuseInvitation(session, { statusCode: statusOfRejection(reason) });
  }

  /** At once, whatever the queue is waiting for. */
  async hangUp(): Promise<void> {
    if (this.#core.ended) return;
    this.#core.end(this.isRinging ? 'rejected-here' : 'hung-up-here', 'here');
    this.#survival.giveUp();
    await this.#core.takeLeave();
  }

  hold(held: boolean): Promise<void> {
    const core = this.#core;
    return core.queue.run(async () => {
      core.mustBeUp();
      if (core.held !== held) await core.negotiate(held, false);
    });
  }

  /** Their offer in an UPDATE (RFC 3311 §5.2). @returns our answer. Errors: LineError, VoiceError. */
  answerOffer(offer: string): Promise<string> {
    const core = this.#core;
    const answer = async (): Promise<string> => {
      core.mustBeUp();
      return await core.dialog.media.answerOffer(offer).catch((error: unknown) => {
        core.tellRefusal(488);
        throw error;
      });
    };
    // An offer of ours that waits after glare would wait for this one, and be refused for it again.
    return core.dialog.waits ? answer() : core.queue.run(answer);
  }

  /** A re-INVITE that changes nothing keeps the session alive (RFC 4028 §7.4). Errors: LineError. */
  refresh(): Promise<void> {
    const core = this.#core;
    return core.queue.run(async () => {
      core.mustBeUp();
      await core.negotiate(core.held, false);
    });
  }

  /** Nobody refreshed the session (RFC 4028 §10). */
  expire(): void {
    this.#core.end('failed', 'the session expired');
    this.#survival.giveUp();
    void this.#core.takeLeave();
  }

  mute(muted: boolean): void {
    this.#core.mute(muted);
  }

  sendDtmf(tones: string): Promise<void> {
    const core = this.#core;
    return core.queue.run(async () => {
      core.mustBeUp();
      let sent: boolean;
      try {
        sent = await core.deps.voice.sendDtmf(this.callId, tones);
      } catch (error) {
        throw new LineError('NO_VOICE', 'the voice page failed', { cause: error });
      }
      if (!sent) await sendInfoTones(core.dialog.session, tones, core);
    });
  }

  transfer(target: string): Promise<void> {
    return this.#core.queue.run(() => this.#transfer.blind(target));
  }

  transferTo(other: Leg): Promise<void> {
    return this.#core.queue.run(async () => {
      if (!(other instanceof SipLeg))
        throw new LineError('WRONG_STATE', 'the other call is not of this line');
      await this.#transfer.attended(other.#transfer);
    });
  }

  /** An INVITE with Replaces (RFC 3891 §3) wants this call to go on in its dialog. */
  replaceBy(invitation: Invitation): void {
    replaceBy(this.#core, this.#survival, invitation);
  }

  /** The answer to a re-INVITE of theirs was never acknowledged. */
  unacknowledged(): void {
    this.#core.dialog.theirsOver();
  }

  lineLost(): void {
    this.#survival.lineLost();
  }

  lineBack(): void {
    this.#survival.lineBack();
  }

  moved(): void {
    this.#survival.moved();
  }

  pageChanged(present: boolean): void {
    this.#survival.pageChanged(present);
  }

  peerChanged(event: PeerEvent): void {
    this.#survival.peerChanged(event);
  }

  #follow(dialog: LegDialog, state: SessionState): void {
    const core = this.#core;
    if (dialog !== core.dialog) return;
    if (state === SessionState.Established && !core.ended) {
      if (dialog.badAnswer && !dialog.media.connected && !this.#survival.voiceMoved)
        return this.#failMedia();
      this.#answered = true;
      core.emit({ type: 'answered' });
      core.journal();
      if (this.#survival.voiceMoved) this.#survival.renegotiate(true);
    }
    if (state !== SessionState.Terminated) return;
    this.#transfer[Symbol.dispose]();
    this.#survival[Symbol.dispose]();
    if (core.ended) this.#survival.giveUp();
    const rang = dialog.session instanceof Invitation && !this.#answered;
    // sip.js says so before it tells the response that ended the call, which knows better.
    queueMicrotask(() => {
      if (dialog !== core.dialog) return;
      // Whether the call goes on elsewhere is not known yet.
      if (this.#survival.isTakingBack && !core.ended) return;
      core.end(rang ? 'missed' : 'failed', 'ended by the line');
      this.#gone(this);
    });
  }

  #alert(): void {
    if (this.#alerted) return;
    this.#alerted = true;
    this.#core.emit({ type: 'alerting' });
  }

  #hearBadAnswer(dialog: LegDialog, error: VoiceError): void {
    const core = this.#core;
    core.deps.log.warn({ callId: this.callId, code: error.code }, 'answer not accepted');
    if (dialog !== core.dialog || this.#survival.voiceMoved) return;
    if (!dialog.media.connected && dialog.isUp) this.#failMedia();
  }

  #failMedia(): void {
    this.#core.end('failed', 'no common media');
    void this.#core.takeLeave();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'failed';
}
