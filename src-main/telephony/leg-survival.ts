/**
 * What becomes of a call when the socket, the voice page or the media go: it is taken back as soon as that can be.
 *
 *   socket back, media failed ──► re-INVITE with a fresh offer, again where that comes to nothing
 *   another voice page ─────────► INVITE with Replaces; re-INVITE where the exchange refuses that
 */
import { Invitation, SessionState } from 'sip.js';
import type { PeerEvent } from '../voice/voice-link.ts';
import { LineError, type JournalledDialog } from '../calls/line.ts';
import type { LegCore } from './leg-core.ts';
import type { LegDialog } from './leg-dialog.ts';
import { MediaReturn } from './media-return.ts';
import { OfferAgain } from './offer-again.ts';
import { mayLieElsewhere, replacesHeaders, takeOver, type TakeOver } from './take-over.ts';

/** The exchange hangs up in the dialog that was replaced (RFC 3891 §3); after this long we do. */
const byeMs = 4000;
/** Longer than the pings need to find that the line is gone too, and that nothing can be offered over it. */
const surelyUpMs = 2500;

type PeerState = Extract<PeerEvent, { type: 'peer' }>['state'];

export class LegSurvival implements Disposable {
  readonly #core: LegCore;
  readonly #gone: () => void;
  /** The INVITE on its way that is to take the dialog's place. */
  #successor: LegDialog | null = null;
  #hungUpMeanwhile = false;
  /** Dialogs that another one took the place of, until somebody has hung up in them. */
  readonly #replaced = new Set<LegDialog>();
  /** The page that had the sound is gone: what is agreed on belongs to a certificate that nobody has any more. */
  #voiceMoved = false;
  /** An ICE agent that failed (RFC 7675: 30 s without consent) says so once, perhaps while the line is lost too. */
  #media: PeerState = 'new';
  /** The media are gone and the line is there: a tunnel or a NAT has dropped their path alone. */
  #pathLost: Disposable | null = null;
  /** Counts the pages that came. */
  #pages = 0;
  readonly #mediaReturn: MediaReturn;
  readonly #offerAgain: OfferAgain;

  /** `gone`: a dialog that ended while another one was to take its place has none to follow it. */
  constructor(core: LegCore, gone: () => void) {
    this.#core = core;
    this.#gone = gone;
    const { clock, voice, callId } = core.deps;
    this.#mediaReturn = new MediaReturn(clock, () => voice.stats(callId));
    this.#offerAgain = new OfferAgain(clock);
  }

  get isTakingBack(): boolean {
    return this.#successor !== null;
  }

  get voiceMoved(): boolean {
    return this.#voiceMoved;
  }

  /** The call has ended: what was to take it back is called off, and what was replaced is not waited for. */
  giveUp(): void {
    this[Symbol.dispose]();
    for (const replaced of this.#replaced) this.#leave(replaced);
    void this.#successor?.takeLeave(this.#core.deps.isLineUp());
  }

  [Symbol.dispose](): void {
    this.#mediaReturn[Symbol.dispose]();
    this.#offerAgain[Symbol.dispose]();
    this.#pathLost?.[Symbol.dispose]();
  }

  /** The socket is gone: what rings cannot be answered any more, what is answered goes on. */
  lineLost(): void {
    const core = this.#core;
    const { dialog } = core;
    this.#offerAgain[Symbol.dispose]();
    core.lost.tell();
    this.#successor?.abort();
    if (dialog.isUp) return dialog.abort();
    const incoming = dialog.session instanceof Invitation;
    core.end(incoming ? 'missed' : 'failed', 'the line was lost');
    void core.takeLeave();
    dialog.abort();
  }

  /** Registered again: the other side must learn where we are now, or that we have hung up meanwhile. */
  lineBack(): void {
    const core = this.#core;
    for (const replaced of this.#replaced) this.#leave(replaced);
    if (core.ended) return void core.takeLeave();
    this.renegotiate(this.needsPath);
  }

  /**
   * A tunnel came up, or the network gave this machine another address, and the socket lives on: the media may be on a path that
   * is not there any more, which ICE would take half a minute to find.
   */
  moved(): void {
    const core = this.#core;
    const untold = (): boolean => core.told !== core.deps.addresses();
    if (core.dialog.isUp && !core.givenAway && untold()) this.renegotiate(true, untold);
  }

  /** A voice page has come or gone. A new one knows nothing of the old one's media. */
  pageChanged(present: boolean): void {
    const core = this.#core;
    if (core.ended) return;
    if (present) {
      this.#pages++;
      this.#offerAgain[Symbol.dispose]();
      this.#media = 'new';
      this.#voiceMoved = !core.dialog.isRinging || core.dialog.media.connected;
      core.dialog.media.forget();
      this.#successor?.media.forget();
    }
    if (!core.dialog.isUp) return;
    if (present) this.renegotiate(true);
    else core.emit({ type: 'audio', state: 'lost' });
  }

  peerChanged(event: PeerEvent): void {
    const core = this.#core;
    if (event.type === 'audio')
      return core.emit({ type: 'audio', state: event.flowing ? 'flowing' : 'lost' });
    this.#media = event.state;
    this.#pathLost?.[Symbol.dispose]();
    if (event.state === 'disconnected')
      this.#pathLost = core.deps.clock.after(surelyUpMs, () => this.#offerPath());
    if (event.state === 'failed' && core.deps.isLineUp()) this.#offerPath();
  }

  #offerPath(): void {
    if (!this.#core.givenAway) this.renegotiate(true);
  }

  /** Whether the media have no path now, or one from addresses that this machine has no more. */
  get needsPath(): boolean {
    const { told, deps } = this.#core;
    return this.#media === 'failed' || this.#media === 'disconnected' || told !== deps.addresses();
  }

  /** A fresh offer, by whichever way the page that makes it needs; none where it is not `needed` any more when its turn comes. */
  renegotiate(iceRestart: boolean, needed = (): boolean => true): void {
    const core = this.#core;
    core.later('call not renegotiated', async () => {
      if (!needed()) return;
      if (core.ended || !core.deps.isLineUp() || !core.deps.voice.present) return;
      core.mustBeUp();
      let restart = iceRestart || this.#voiceMoved;
      try {
        if (this.#voiceMoved && (await this.#takeBack())) {
          restart = false;
          return;
        }
        if (core.ended) return;
        await core.negotiate(core.held, restart);
        this.#voiceMoved = false;
        this.#offerAgain[Symbol.dispose]();
      } catch (error) {
        if (!core.ended) this.#offerAgain.after(error, () => this.renegotiate(iceRestart));
        throw error;
      } finally {
        if (restart) this.#untilHeard();
      }
    });
  }

  #untilHeard(): void {
    const core = this.#core;
    const expected = (): boolean =>
      !core.ended && !core.held && !core.heldThere && core.deps.isLineUp();
    if (expected()) this.#mediaReturn.watch(expected, () => this.renegotiate(true));
  }

  /** The dialog hung up there; true where that decides nothing, because another one may take its place. */
  outlivesBye(dialog: LegDialog): boolean {
    if (dialog !== this.#core.dialog) return true;
    this.#hungUpMeanwhile = this.#successor !== null;
    return this.#hungUpMeanwhile;
  }

  /** Asks for a call of an earlier process; false where the exchange does not give it. */
  async recover(journalled: JournalledDialog): Promise<string | null> {
    const core = this.#core;
    core.remoteUri = journalled.remoteUri;
    const [, outcome] = await this.#replace(journalled, (dialog) => {
      const unsent = core.dialog;
      core.dialog = dialog;
      void unsent.takeLeave(true);
    });
    return outcome.type === 'taken' ? null : outcome.detail;
  }

  /**
   * Asterisk 22 answers a re-INVITE with another fingerprint, but goes on to demand the old one: only a new dialog has a new
   * certificate. False where the exchange refuses to have a dialog replaced. Errors: LineError NO_VOICE.
   */
  async #takeBack(): Promise<boolean> {
    const core = this.#core;
    const { voice, callId, log } = core.deps;
    await core.dialog.acknowledged;
    const journalled = core.journalled;
    if (!journalled || core.ended) return false;
    core.silence(core.held);
    const page = this.#pages;
    const [successor, outcome] = await this.#replace(journalled, () => undefined);
    if (core.ended) {
      await successor?.takeLeave(core.deps.isLineUp());
      if (core.dialog.state === SessionState.Terminated) this.#gone();
      return true;
    }
    if (outcome.type === 'taken' && successor) {
      this.#voiceMoved = successor.badAnswer !== null;
      this.succeed(successor);
      if (successor.state === SessionState.Terminated) {
        core.end('hung-up-there', 'BYE');
        this.#gone();
        return true;
      }
      if (!this.#voiceMoved && core.held) await this.#holdAgain();
      else core.silence(false);
      // Where it was not the page that went, asking the same again would bring the same answer.
      if (this.#voiceMoved && page !== this.#pages) this.renegotiate(true);
      return true;
    }
    core.silence(false);
    log.info({ callId, detail: outcome.type === 'taken' ? '' : outcome.detail }, 'not replaced');
    if (core.dialog.state === SessionState.Terminated) {
      core.end(this.#hungUpMeanwhile ? 'hung-up-there' : 'failed', 'BYE');
      this.#gone();
      return true;
    }
    await voice.rollback(callId).catch(() => undefined);
    // Yet another page has come meanwhile, whose turn is next: a re-INVITE for this one would be taken for the way back.
    if (page !== this.#pages) return true;
    if (outcome.type === 'no-voice') throw new LineError('NO_VOICE', outcome.detail);
    return false;
  }

  /**
   * Asterisk plays music to the party when the direction of a dialog changes, not in one that begins on hold: the new one begins
   * silently, and is held then.
   */
  async #holdAgain(): Promise<void> {
    const core = this.#core;
    try {
      await core.negotiate(true, false);
    } catch (error) {
      core.setHeld(false);
      throw error;
    } finally {
      core.silence(false);
    }
  }

  /**
   * Our own address first: an exchange that holds both dialogs takes any, and one that knows no Replaces would call nobody but us.
   * Where that leads nowhere the other end of the dialog is asked (RFC 3891 §4).
   */
  async #replace(
    journalled: JournalledDialog,
    begin: (successor: LegDialog) => void,
  ): Promise<readonly [LegDialog | null, TakeOver]> {
    const core = this.#core;
    let last: TakeOver = { type: 'refused', status: 0, detail: 'no address' };
    this.#hungUpMeanwhile = false;
    for (const uri of [core.deps.ownUri, journalled.remoteUri]) {
      const inviter = core.deps.invite(uri, replacesHeaders(journalled));
      if (!inviter) continue;
      const successor = core.makeDialog(inviter);
      successor.offer = { hold: false, iceRestart: true };
      begin(successor);
      this.#successor = successor;
      last = await takeOver(successor, inviter, core.deps.clock);
      this.#successor = null;
      successor.offer = null;
      if (!mayLieElsewhere(last) || core.ended) return [successor, last];
      await core.dialog.media.rollbackDescription();
    }
    return [null, last];
  }

  /** The leg goes on in this dialog, which has taken the last one's place. */
  succeed(successor: LegDialog): void {
    const core = this.#core;
    const replaced = core.dialog;
    core.dialog = successor;
    this.#offerAgain[Symbol.dispose]();
    core.journal();
    if (replaced.state === SessionState.Terminated) return;
    if (!replaced.isUp) return void replaced.takeLeave(core.deps.isLineUp());
    this.#replaced.add(replaced);
    const limit = core.deps.clock.after(byeMs, () => this.#leave(replaced));
    replaced.session.stateChange.addListener((state) => {
      if (state !== SessionState.Terminated) return;
      limit[Symbol.dispose]();
      this.#replaced.delete(replaced);
    });
  }

  #leave(replaced: LegDialog): void {
    void replaced.takeLeave(this.#core.deps.isLineUp());
  }
}
