/** sip.js's media port for one dialog, carried out by the voice page. */
import type { BodyAndContentType, SessionDescriptionHandler } from 'sip.js';
import type { VoiceLink } from '../voice/voice-link.ts';
import { asVoiceError, VoiceError } from '../voice/voice-error.ts';

/** What a description is wanted for: plain data, because modifiers cannot cross a process. */
export interface DescriptionWish {
  readonly hold: boolean;
  readonly iceRestart: boolean;
}

export interface RemoteMediaDeps {
  readonly callId: string;
  readonly voice: VoiceLink;
  /** Asked when a description is made, so that sip.js cannot remember an old wish. */
  wish(): DescriptionWish;
  heldThere(there: boolean): void;
  /** An answer that the page could not take: the call goes on as it was. */
  badAnswer(error: VoiceError): void;
}

export class RemoteMedia implements SessionDescriptionHandler {
  readonly #deps: RemoteMediaDeps;
  #closed = false;
  #offering = false;
  /** A first offer and answer were agreed on. */
  connected = false;
  /** An offer of an UPDATE is being answered. */
  isAnswering = false;
  #prepared: { offer: string; answer: string } | null = null;
  /** The page that made the offer under way is not the one that would take its answer. */
  #offerLost = false;
  #anotherAnswer = false;
  /** All that is being done with descriptions. */
  #work: Promise<unknown> = Promise.resolve();

  constructor(deps: RemoteMediaDeps) {
    this.#deps = deps;
  }

  /** Makes the answer before it is asked for, so that a page that fails does not cost the call. Errors: VoiceError. */
  async prepareAnswer(offer: string): Promise<void> {
    const { voice, callId } = this.#deps;
    const accepted = await voice.accept(callId, offer);
    const { sdp } = await voice.describe(callId, this.#deps.wish());
    this.#prepared = { offer, answer: sdp };
    this.#deps.heldThere(accepted.heldThere);
  }

  /** Our answer to an offer that came in an UPDATE (RFC 3311 §5.2). Errors: VoiceError; all is as before then. */
  answerOffer(offer: string): Promise<string> {
    return this.#working(this.#answer(offer));
  }

  /** Settles when nothing is being done with a description; what was offered and never answered is taken back. Never fails. */
  async settled(): Promise<void> {
    let work: Promise<unknown>;
    do {
      work = this.#work;
      await work;
    } while (work !== this.#work);
    if (this.#offering) await this.rollbackDescription();
  }

  /** RFC 3261 §13.2.2.4: an INVITE that was forked is answered by somebody else than whose early media were heard. */
  expectAnotherAnswer(): void {
    this.#anotherAnswer = true;
  }

  /** Another page has the sound now: what was made with the last one is worth nothing. */
  forget(): void {
    this.#offerLost = this.#offering;
    this.#prepared = null;
    this.connected = false;
  }

  hasDescription(contentType: string): boolean {
    return contentType.toLowerCase().startsWith('application/sdp');
  }

  getDescription(): Promise<BodyAndContentType> {
    return this.#working(this.#describe());
  }

  setDescription(sdp: string): Promise<void> {
    return this.#working(this.#take(sdp));
  }

  #working<T>(work: Promise<T>): Promise<T> {
    this.#work = Promise.allSettled([this.#work, work]).then(() => undefined);
    return work;
  }

  async #answer(offer: string): Promise<string> {
    this.isAnswering = true;
    try {
      await this.#take(offer);
      const { body } = await this.#describe();
      return body;
    } catch (error) {
      await this.rollbackDescription();
      throw error;
    } finally {
      this.isAnswering = false;
    }
  }

  async #describe(): Promise<BodyAndContentType> {
    this.#mustBeOpen();
    if (this.#prepared) {
      const { answer } = this.#prepared;
      this.#prepared = null;
      this.connected = true;
      return { body: answer, contentType: 'application/sdp' };
    }
    const { sdp, type } = await this.#deps.voice.describe(this.#deps.callId, this.#deps.wish());
    this.#mustBeOpen();
    this.#offering = type === 'offer';
    this.#offerLost = false;
    if (!this.#offering) this.connected = true;
    return { body: sdp, contentType: 'application/sdp' };
  }

  async #take(sdp: string): Promise<void> {
    this.#mustBeOpen();
    if (this.#prepared?.offer === sdp) return;
    this.#prepared = null;
    if (this.#anotherAnswer) await this.#offerAgain();
    const answersOurs = this.#offering;
    this.#offering = false;
    if (answersOurs && this.#offerLost)
      return this.#deps.badAnswer(new VoiceError('NO_PEER', 'the page that offered is gone'));
    try {
      const { heldThere } = await this.#deps.voice.accept(this.#deps.callId, sdp);
      if (answersOurs) this.connected = true;
      this.#deps.heldThere(heldThere);
    } catch (error) {
      if (!answersOurs) throw error;
      // sip.js would hang up on an answer that cannot be used. In a call that is up the media stay as they were, as after a
      // refused re-INVITE (RFC 3261 §14.1); for a new call the leg decides.
      await this.rollbackDescription();
      this.#deps.badAnswer(asVoiceError(error));
    }
  }

  /** Never fails: sip.js hangs up on a rollback that does. */
  async rollbackDescription(): Promise<void> {
    this.#offering = false;
    this.#prepared = null;
    if (this.#closed) return;
    await this.#deps.voice.rollback(this.#deps.callId).catch(() => undefined);
  }

  /** RFC 4733 goes through the leg, which can wait for the page; sip.js's way is synchronous. */
  sendDtmf(): boolean {
    return false;
  }

  /** The peer is the leg's: it goes on when the dialog is replaced. */
  close(): void {
    this.#closed = true;
  }

  /** Without an ICE restart the offer that the page makes anew is the one that was sent, but for its version. */
  async #offerAgain(): Promise<void> {
    this.#anotherAnswer = false;
    const { voice, callId } = this.#deps;
    const { type } = await voice.describe(callId, { ...this.#deps.wish(), iceRestart: false });
    this.#offering = type === 'offer';
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new VoiceError('NO_PEER', 'the call has ended');
  }
}
