/** sip.js's media port for one dialog, carried out by the voice page. */
import type { BodyAndContentType, SessionDescriptionHandler } from 'sip.js';
import type { VoiceLink } from '../voice/voice-link.ts';
import { asVoiceError, VoiceError } from '../voice/voice-error.ts';

/** What a description is wanted for: plain data, because modifiers cannot cross a process. */
interface DescriptionWish {
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
  #prepared: { offer: string; answer: string } | null = null;

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

  hasDescription(contentType: string): boolean {
    return contentType.toLowerCase().startsWith('application/sdp');
  }

  async getDescription(): Promise<BodyAndContentType> {
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
    if (!this.#offering) this.connected = true;
    return { body: sdp, contentType: 'application/sdp' };
  }

  async setDescription(sdp: string): Promise<void> {
    this.#mustBeOpen();
    if (this.#prepared?.offer === sdp) return;
    this.#prepared = null;
    const answersOurs = this.#offering;
    this.#offering = false;
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

  close(): void {
    this.#closed = true;
    this.#deps.voice.closePeer(this.#deps.callId);
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new VoiceError('NO_PEER', 'the call has ended');
  }
}
