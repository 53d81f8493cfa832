/** One call's dialog with the exchange: sip.js does the signalling, the voice page the media, one queue the order. */
import { Invitation, Inviter, SessionState } from 'sip.js';
import type { CallEnd } from '#shared/model/call.ts';
import type { LineAccount } from '#shared/model/line.ts';
import { LineError, type Leg, type LegEvent } from '../calls/line.ts';
import type { Clock } from '../host.ts';
import type { Log } from '../log.ts';
import type { PeerEvent, VoiceLink } from '../voice/voice-link.ts';
import { VoiceError } from '../voice/voice-error.ts';
import { endOfCancel, endOfRefusal, statusOfRejection, type RejectReason } from './call-end.ts';
import { sendInfoTones } from './dtmf-info.ts';
import { glareDelay } from './glare-delay.ts';
import { OperationQueue } from './operation-queue.ts';
import { reinvite } from './reinvite.ts';
import { RemoteMedia } from './remote-media.ts';
import { abortInvite, abortReinvite } from './sip-patch.ts';

export interface LegDeps {
  readonly callId: string;
  readonly session: Invitation | Inviter;
  readonly voice: VoiceLink;
  readonly clock: Clock;
  readonly log: Log;
  readonly iceServers: LineAccount['iceServers'];
  isLineUp(): boolean;
  /** This machine's addresses now, in any form that can be compared. */
  addresses(): string;
  /** Nothing is left to be said to the exchange. */
  gone(leg: SipLeg): void;
}

const glareTries = 5;
const cancelledMs = 32_000;

export class SipLeg implements Leg {
  readonly callId: string;
  readonly media: RemoteMedia;
  readonly #deps: LegDeps;
  readonly #session: Invitation | Inviter;
  readonly #queue = new OperationQueue();
  #hear: ((event: LegEvent) => void) | null = null;
  #unheard: LegEvent[] = [];
  #ended = false;
  #alerted = false;
  #answered = false;
  #held = false;
  #heldThere = false;
  #badAnswer: VoiceError | null = null;
  /** What the offer being made now is for; null when none is. */
  #offer: { readonly hold: boolean; readonly iceRestart: boolean } | null = null;
  #addresses: string;
  /**
   * RFC 3261 §14.1: no re-INVITE "while another INVITE transaction is in progress"; for the answering side the first one is
   * over with the ACK.
   */
  readonly #acknowledged: Promise<void>;
  #restarting = false;

  constructor(deps: LegDeps) {
    this.#deps = deps;
    this.callId = deps.callId;
    this.#session = deps.session;
    this.#addresses = deps.addresses();
    this.media = new RemoteMedia({
      callId: deps.callId,
      voice: deps.voice,
      wish: () => this.#offer ?? { hold: this.#held, iceRestart: false },
      heldThere: (there) => this.#setHeldThere(there),
      badAnswer: (error) => this.#hearBadAnswer(error),
    });
    deps.voice.openPeer(deps.callId, deps.iceServers);
    let acknowledge: () => void = () => undefined;
    this.#acknowledged = new Promise((resolve) => (acknowledge = resolve));
    if (deps.session instanceof Inviter) acknowledge();
    deps.session.delegate = {
      onAck: () => acknowledge(),
      onBye: (bye) => {
        void bye.accept();
        this.#end('hung-up-there', 'BYE');
      },
      onCancel: (cancel) => {
        this.#end(endOfCancel(cancel.request.getHeaders('Reason')), 'CANCEL');
      },
    };
    deps.session.stateChange.addListener((state) => {
      if (state === SessionState.Terminated) acknowledge();
      this.#follow(state);
    });
  }

  /** Whether it rings here, unanswered. */
  get isRinging(): boolean {
    const session = this.#session;
    return session instanceof Invitation && session.state === SessionState.Initial && !this.#ended;
  }

  /** Whether an offer of ours is on its way, so that theirs must wait. */
  isNegotiating(dialog: { readonly callId: string; readonly localTag: string }): boolean {
    const mine = this.#session.dialog;
    return (
      this.#offer !== null && mine?.callId === dialog.callId && mine.localTag === dialog.localTag
    );
  }

  listen(hear: (event: LegEvent) => void): void {
    this.#hear = hear;
    const unheard = this.#unheard;
    this.#unheard = [];
    for (const event of unheard) hear(event);
  }

  /** Sends the first INVITE of an outgoing call. */
  start(inviter: Inviter): void {
    inviter
      .invite({
        requestDelegate: {
          onProgress: ({ message }) => {
            if ((message.statusCode ?? 0) > 100) this.#alert();
          },
          onRedirect: ({ message }) => this.#end('failed', statusLine(message)),
          onReject: ({ message }) =>
            this.#end(endOfRefusal(message.statusCode ?? 0), statusLine(message)),
        },
      })
      .catch((error: unknown) => this.#end('failed', messageOf(error)));
  }

  answer(): Promise<void> {
    return this.#queue.run(async () => {
      const session = this.#session;
      if (!(session instanceof Invitation) || !this.isRinging)
        throw new LineError('WRONG_STATE', `the call is ${session.state}`);
      if (!this.#deps.isLineUp()) throw new LineError('LINE_DOWN', 'the line is lost');
      try {
        // With Require: 100rel (RFC 3262) the answer went out while it rang.
        if (session.body && !this.media.connected) await this.media.prepareAnswer(session.body);
      } catch (error) {
        if (!(error instanceof VoiceError) || error.code !== 'BAD_SDP')
          throw new LineError('NO_VOICE', 'the voice page failed', { cause: error });
        this.#end('failed', 'the offer could not be accepted');
        await quietly(session.reject({ statusCode: 488 }));
        throw new LineError('REFUSED', 'the offer could not be accepted', { cause: error });
      }
      if (this.#ended) throw new LineError('WRONG_STATE', 'the call has ended');
      try {
        await session.accept();
      } catch (error) {
        throw new LineError('REFUSED', messageOf(error), { cause: error });
      }
    });
  }

  async reject(reason: RejectReason): Promise<void> {
    const session = this.#session;
    if (!(session instanceof Invitation) || !this.isRinging)
      throw new LineError('WRONG_STATE', `the call is ${session.state}`);
    this.#end('rejected-here', reason);
    await quietly(session.reject({ statusCode: statusOfRejection(reason) }));
  }

  /** At once, whatever the queue is waiting for. */
  async hangUp(): Promise<void> {
    if (this.#ended) return;
    this.#end(this.isRinging ? 'rejected-here' : 'hung-up-here', 'here');
    await this.#takeLeave();
  }

  hold(held: boolean): Promise<void> {
    return this.#queue.run(async () => {
      this.#mustBeUp();
      if (this.#held !== held) await this.#negotiate(held, false);
    });
  }

  mute(muted: boolean): void {
    this.#deps.voice.mute(this.callId, muted);
  }

  sendDtmf(tones: string): Promise<void> {
    return this.#queue.run(async () => {
      this.#mustBeUp();
      let sent: boolean;
      try {
        sent = await this.#deps.voice.sendDtmf(this.callId, tones);
      } catch (error) {
        throw new LineError('NO_VOICE', 'the voice page failed', { cause: error });
      }
      if (!sent) await sendInfoTones(this.#session, tones, this.#deps.clock);
    });
  }

  transfer(): Promise<void> {
    return Promise.reject(new LineError('REFUSED', 'the line cannot transfer'));
  }

  transferTo(): Promise<void> {
    return Promise.reject(new LineError('REFUSED', 'the line cannot transfer'));
  }

  /** The socket is gone: what rings cannot be answered any more, what is answered goes on. */
  lineLost(): void {
    if (this.#session.state === SessionState.Established) return abortReinvite(this.#session);
    const incoming = this.#session instanceof Invitation;
    this.#end(incoming ? 'missed' : 'failed', 'the line was lost');
    void this.#takeLeave();
    if (this.#session instanceof Inviter) abortInvite(this.#session);
  }

  /** Registered again: the other side must learn where we are now, or that we have hung up meanwhile. */
  lineBack(): void {
    if (this.#ended) return void this.#takeLeave();
    const moved = this.#addresses !== this.#deps.addresses();
    this.#renegotiate(moved);
  }

  /** A voice page has come or gone. A new one knows nothing of the old one's media: a fresh offer takes the call back. */
  pageChanged(present: boolean): void {
    if (this.#ended || this.#session.state !== SessionState.Established) return;
    if (present) this.#renegotiate(true);
    else this.#emit({ type: 'audio', state: 'lost' });
  }

  peerChanged(event: PeerEvent): void {
    if (event.type === 'audio')
      return this.#emit({ type: 'audio', state: event.flowing ? 'flowing' : 'lost' });
    if (event.state === 'connected') this.#restarting = false;
    if (event.state === 'failed' && this.#deps.isLineUp() && !this.#restarting) {
      this.#restarting = true;
      this.#renegotiate(true);
    }
  }

  #follow(state: SessionState): void {
    if (state === SessionState.Established && !this.#ended) {
      if (this.#badAnswer && !this.media.connected) return this.#failMedia();
      this.#answered = true;
      this.#emit({ type: 'answered' });
    }
    if (state !== SessionState.Terminated) return;
    const rang = this.#session instanceof Invitation && !this.#answered;
    // sip.js says so before it tells the response that ended the call, which knows better.
    queueMicrotask(() => {
      this.#end(rang ? 'missed' : 'failed', 'ended by the line');
      this.#deps.gone(this);
    });
  }

  #alert(): void {
    if (this.#alerted) return;
    this.#alerted = true;
    this.#emit({ type: 'alerting' });
  }

  #hearBadAnswer(error: VoiceError): void {
    this.#badAnswer = error;
    this.#deps.log.warn({ callId: this.callId, code: error.code }, 'answer not accepted');
    if (!this.media.connected && this.#session.state === SessionState.Established)
      this.#failMedia();
  }

  #failMedia(): void {
    this.#end('failed', 'no common media');
    void this.#takeLeave();
  }

  #setHeldThere(there: boolean): void {
    if (this.#heldThere === there) return;
    this.#heldThere = there;
    this.#emit({ type: 'held-there', there });
  }

  #mustBeUp(): void {
    if (this.#ended || this.#session.state !== SessionState.Established)
      throw new LineError('WRONG_STATE', `the call is ${this.#session.state}`);
    if (!this.#deps.isLineUp()) throw new LineError('LINE_DOWN', 'the line is lost');
  }

  #renegotiate(iceRestart: boolean): void {
    this.#queue
      .run(async () => {
        if (this.#ended || !this.#deps.isLineUp() || !this.#deps.voice.present) return;
        this.#mustBeUp();
        await this.#negotiate(this.#held, iceRestart);
      })
      .catch((error: unknown) => {
        const code = error instanceof LineError ? error.code : 'unknown';
        this.#deps.log.warn({ callId: this.callId, code }, 'call not renegotiated');
      });
  }

  async #negotiate(hold: boolean, iceRestart: boolean): Promise<void> {
    await this.#acknowledged;
    for (let tries = 1; ; tries++) {
      this.#mustBeUp();
      this.#badAnswer = null;
      this.#offer = { hold, iceRestart };
      const addresses = this.#deps.addresses();
      const outcome = await reinvite(this.#session, this.#deps.clock);
      this.#offer = null;
      const bad: VoiceError | null = this.#badAnswer;
      if (outcome.type === 'accepted' && !bad) {
        this.#addresses = addresses;
        return this.#setHeld(hold);
      }
      if (outcome.type === 'accepted')
        throw new LineError('REFUSED', 'the answer could not be accepted', { cause: bad });
      await this.media.rollbackDescription();
      if (outcome.type === 'no-voice') throw new LineError('NO_VOICE', outcome.detail);
      if (outcome.type === 'gone') {
        this.#end('failed', outcome.detail);
        await this.#takeLeave();
      }
      if (outcome.type !== 'glare') throw new LineError('REFUSED', outcome.detail);
      if (tries === glareTries) throw new LineError('REFUSED', '491 Request Pending');
      await this.#pause(glareDelay(this.#session instanceof Inviter, Math.random()));
    }
  }

  #setHeld(held: boolean): void {
    if (this.#held === held) return;
    this.#held = held;
    this.#emit({ type: 'held', here: held });
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#deps.clock.after(ms, resolve));
  }

  /** Says to the exchange what fits the dialog's state; a BYE that cannot be sent now is sent when the line is back. */
  async #takeLeave(): Promise<void> {
    const session = this.#session;
    switch (session.state) {
      case SessionState.Initial:
      case SessionState.Establishing:
        if (session instanceof Inviter) this.#cancel(session);
        else await quietly(session.reject({ statusCode: 480 }));
        return;
      case SessionState.Established:
        if (this.#deps.isLineUp()) await quietly(session.bye());
        return;
      case SessionState.Terminating:
      case SessionState.Terminated:
    }
  }

  /**
   * RFC 3261 §9.1: "If there is no final response for the original request in 64*T1 seconds …, the client SHOULD then
   * consider the original transaction cancelled".
   */
  #cancel(inviter: Inviter): void {
    void quietly(inviter.cancel());
    const limit = this.#deps.clock.after(cancelledMs, () => abortInvite(inviter));
    inviter.stateChange.addListener((state) => {
      if (state === SessionState.Terminated) limit[Symbol.dispose]();
    });
    if (inviter.state === SessionState.Terminated) limit[Symbol.dispose]();
  }

  #end(end: CallEnd, detail: string): void {
    if (this.#ended) return;
    this.#emit({ type: 'ended', end, detail });
    this.#ended = true;
    this.#deps.voice.closePeer(this.callId);
  }

  #emit(event: LegEvent): void {
    if (this.#ended) return;
    if (this.#hear) this.#hear(event);
    else this.#unheard.push(event);
  }
}

function statusLine(message: { statusCode?: number; reasonPhrase?: string }): string {
  return `${message.statusCode ?? 0} ${message.reasonPhrase ?? ''}`.trim();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'failed';
}

/** For farewells: the call has ended for us in any case. */
async function quietly(farewell: Promise<unknown>): Promise<void> {
  await farewell.catch(() => undefined);
}
