/**
 * Our offer on its way. Chromium never plays the other side again once an offer of ours was rolled back in a call that they began
 * (seen in 156: packets are decoded, and its track stays silent), also by an offer of theirs. So in a call that is up an offer is
 * made, and told to the browser only with its answer:
 *
 *   none ──make──► untold ──answered──► none          one that comes to nothing is forgotten
 *   none ──make, ICE anew──► told ──answered──► none   candidates are gathered for none but the browser's own offer
 *                             └──callBack──► left ──make──► told
 */
import { gathered, gatheredAny, hasCandidate, type GatheringPeer } from './ice-gathering.ts';

export interface OfferingPeer
  extends
    GatheringPeer,
    Pick<RTCPeerConnection, 'signalingState' | 'currentLocalDescription' | 'setLocalDescription'> {
  createOffer(options?: RTCOfferOptions): Promise<RTCSessionDescriptionInit>;
}

export class LocalOffer {
  readonly #connection: OfferingPeer;
  readonly #signal: AbortSignal;
  #untold: RTCSessionDescriptionInit | null = null;
  #left = false;

  /** @param signal aborted when the connection is closed, after which it settles nothing any more. */
  constructor(connection: OfferingPeer, signal: AbortSignal) {
    this.#connection = connection;
    this.#signal = signal;
  }

  /** An answer is to come. */
  get isOut(): boolean {
    return (
      this.#untold !== null ||
      (this.#connection.signalingState === 'have-local-offer' && !this.#left)
    );
  }

  /** The browser still holds an offer that came to nothing: it cannot take one of theirs without falling silent. */
  get isLeft(): boolean {
    return this.#left;
  }

  /** With candidates. Errors: the browser's, and the signal's reason. */
  async make(iceRestart: boolean): Promise<string> {
    const { signalingState, currentLocalDescription } = this.#connection;
    if (signalingState === 'stable' && currentLocalDescription && !iceRestart) {
      const made = await this.#connection.createOffer();
      this.#signal.throwIfAborted();
      if (hasCandidate(made)) {
        this.#untold = made;
        return made.sdp ?? '';
      }
    }
    const anew = iceRestart || this.#left;
    await gatheredAny(
      this.#connection,
      async (again) => {
        const made = await this.#connection.createOffer({ iceRestart: anew || again });
        this.#signal.throwIfAborted();
        await this.#connection.setLocalDescription(made);
        await gathered(this.#connection, this.#signal);
      },
      this.#signal,
    );
    this.#left = false;
    return this.#connection.localDescription?.sdp ?? '';
  }

  /** Call it before the browser is given the answer. Errors: the browser's. */
  async answered(): Promise<void> {
    const untold = this.#untold;
    this.#untold = null;
    if (untold) await this.#connection.setLocalDescription(untold);
  }

  /** It came to nothing. @returns whether there was one. */
  async callBack(): Promise<boolean> {
    if (!this.isOut) return false;
    if (this.#untold) this.#untold = null;
    else if (this.#connection.currentLocalDescription) this.#left = true;
    else await this.#connection.setLocalDescription({ type: 'rollback' });
    return true;
  }
}
