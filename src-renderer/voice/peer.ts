/** One call's peer connection: descriptions, direction, what is sent and heard, and what the statistics say. */
import type { PeerStats, VoiceEvent } from '#shared/contract/voice.ts';
import { codecOrder } from './codec-order.ts';
import type { EarPiece } from './ear.ts';
import { gathered } from './ice-gathering.ts';
import { levelBetween, ownLevel } from './level.ts';
import { LocalOffer } from './local-offer.ts';
import { LossCushion } from './loss-cushion.ts';
import { Mouth } from './mouth.ts';
import { PacketWatch } from './packet-watch.ts';
import { PeerGone, SdpError } from './peer-errors.ts';
import { readCounters, type PeerCounters } from './peer-stats.ts';
import {
  askingForErrorCorrection,
  heldBy,
  offeredDirection,
  remoteDirection,
  sdpFault,
} from './sdp.ts';

export interface PeerSetup {
  readonly callId: string;
  readonly muted: boolean;
  readonly iceServers: readonly RTCIceServer[];
  /** The microphone's track; the peer sends a copy. */
  readonly source: MediaStreamTrack;
  /** The microphone before any mute: its level, 0 to 1, and whether it is open and gives nothing at all. */
  readonly microphone: () => { readonly spoken: number; readonly silent: boolean };
  /** The level of the operator's own part where a mix of a conference is sent, else null. */
  readonly inMix: () => number | null;
  readonly attach: (track: MediaStreamTrack) => EarPiece;
  readonly tell: (event: VoiceEvent) => void;
  /** After a change of `muted` or `away`. */
  readonly changed: () => void;
}

/** Milliseconds between two looks at the statistics of the call being heard; the others are looked at every fifth time. */
const lookEvery = 100;
const othersEvery = 5;
/** RFC 4733 tones, milliseconds: long enough for every exchange. */
const toneLasts = 100;
const toneGap = 70;

export class Peer implements Disposable {
  readonly callId: string;
  readonly #connection: RTCPeerConnection;
  readonly #transceiver: RTCRtpTransceiver;
  readonly #mouth: Mouth;
  readonly #ear: EarPiece;
  readonly #setup: Pick<PeerSetup, 'tell' | 'microphone' | 'inMix' | 'changed'>;
  readonly #closing = new AbortController();
  readonly #offer: LocalOffer;
  readonly #packets = new PacketWatch();
  readonly #cushion = new LossCushion();
  readonly #timer: ReturnType<typeof setInterval>;
  #focused = false;
  #heldThere = false;
  /** What a rollback goes back to. */
  #settled = { holding: false, heldThere: false };
  #last: PeerCounters | null = null;
  #level = { out: 0, in: 0 };
  #looking = false;
  #tick = 0;

  constructor(setup: PeerSetup) {
    this.callId = setup.callId;
    this.#setup = setup;
    // A pool of one gathers while it rings, so that the answer need not wait for it.
    this.#connection = new RTCPeerConnection({
      iceServers: [...setup.iceServers],
      iceCandidatePoolSize: 1,
      bundlePolicy: 'max-bundle',
      rtcpMuxPolicy: 'require',
    });
    this.#offer = new LocalOffer(this.#connection, this.#closing.signal);
    const first = setup.source.clone();
    first.enabled = false;
    // addTrack, not addTransceiver: only such a transceiver is taken by an incoming offer (RFC 8829 §5.10).
    const sender = this.#connection.addTrack(first, new MediaStream([first]));
    const transceiver = this.#connection.getTransceivers().find((one) => one.sender === sender);
    if (!transceiver) throw new Error('a track without a transceiver');
    this.#transceiver = transceiver;
    const codecs = RTCRtpReceiver.getCapabilities('audio')?.codecs ?? [];
    transceiver.setCodecPreferences(codecOrder(codecs));
    this.#mouth = new Mouth(sender, first, setup.muted);
    this.#ear = setup.attach(transceiver.receiver.track);
    this.#connection.addEventListener('connectionstatechange', () => this.#tellState());
    this.#timer = setInterval(() => void this.#look(), lookEvery);
  }

  get state(): RTCPeerConnectionState {
    return this.#closing.signal.aborted ? 'closed' : this.#connection.connectionState;
  }

  /** Whether packets arrive; null while nothing can be said yet. */
  get flowing(): boolean | null {
    return this.#packets.flowing;
  }

  get muted(): boolean {
    return this.#mouth.muted;
  }

  /** On hold, here or there. */
  get away(): boolean {
    return this.#mouth.holding || this.#heldThere;
  }

  /** What the other side says; it lives as long as the peer. */
  get voice(): MediaStreamTrack {
    return this.#transceiver.receiver.track;
  }

  mute(muted: boolean): void {
    this.#mouth.muted = muted;
    this.#setup.changed();
  }

  focus(focused: boolean): void {
    this.#focused = focused;
    this.#mouth.focused = focused;
    this.#ear.hear(focused);
  }

  /** Sends this microphone, or this mix of a conference, from now on. */
  async speak(source: MediaStreamTrack, kind: 'microphone' | 'mix'): Promise<void> {
    if (this.#closing.signal.aborted) return;
    await this.#mouth.speak(source, kind);
  }

  /** An offer, or the answer to the offer last accepted, with candidates. Errors: PeerGone, SdpError for an offer it cannot answer. */
  async describe(
    hold: boolean,
    iceRestart: boolean,
  ): Promise<{ type: 'offer' | 'answer'; sdp: string }> {
    const type = this.#connection.signalingState === 'have-remote-offer' ? 'answer' : 'offer';
    this.#mouth.holding = hold;
    this.#transceiver.direction = offeredDirection(hold, this.#heldThere);
    if (type === 'answer') this.#refuseOthers();
    let sdp: string;
    try {
      sdp = await this.#whileOpen(
        type === 'answer' ? this.#answer() : this.#offer.make(iceRestart),
      );
    } catch (error) {
      this.#orGone();
      this.#mouth.holding = this.#settled.holding;
      this.#setup.changed();
      throw new SdpError(messageOf(error), { cause: error });
    }
    this.#mouth.apply();
    this.#setup.changed();
    if (type === 'answer') this.#settle();
    return { type, sdp };
  }

  async #answer(): Promise<string> {
    const made = await this.#whileOpen(this.#connection.createAnswer());
    await this.#whileOpen(this.#connection.setLocalDescription(made));
    await gathered(this.#connection, this.#closing.signal);
    return this.#connection.localDescription?.sdp ?? '';
  }

  /** Takes the other side's offer, or its answer to ours. Errors: SdpError and PeerGone; then nothing has changed. */
  async accept(sdp: string): Promise<{ heldThere: boolean }> {
    const fault = sdpFault(sdp);
    if (fault) throw new SdpError(fault);
    const type = this.#offer.isOut ? 'answer' : 'offer';
    if (type === 'offer' && this.#offer.isLeft) throw new SdpError('an offer of ours comes first');
    try {
      if (type === 'answer') await this.#whileOpen(this.#offer.answered());
      await this.#whileOpen(
        this.#connection.setRemoteDescription({ type, sdp: askingForErrorCorrection(sdp) }),
      );
    } catch (error) {
      this.#orGone();
      // One that the browser has been told of cannot be taken back from it.
      if (this.#connection.currentLocalDescription) await this.#whileOpen(this.#offer.callBack());
      throw new SdpError(messageOf(error), { cause: error });
    }
    // An answer to "inactive" can only be "inactive" (RFC 3264 §6.1): it tells nothing new about their hold.
    if (!(type === 'answer' && this.#transceiver.direction === 'inactive'))
      this.#heldThere = heldBy(remoteDirection(sdp));
    this.#mouth.apply();
    this.#setup.changed();
    if (type === 'answer') this.#settle();
    return { heldThere: this.#heldThere };
  }

  /** Back to the last agreement; nothing to do when there is no offer on the way. */
  async rollback(): Promise<void> {
    if (this.#connection.signalingState === 'have-remote-offer')
      await this.#whileOpen(this.#connection.setRemoteDescription({ type: 'rollback' }));
    else if (!(await this.#whileOpen(this.#offer.callBack())) && !this.#offer.isLeft) return;
    this.#heldThere = this.#settled.heldThere;
    this.#mouth.holding = this.#settled.holding;
    this.#transceiver.direction = offeredDirection(this.#settled.holding, this.#heldThere);
    this.#setup.changed();
  }

  /** RFC 4733. False where the other side did not agree to telephone-event. */
  sendDtmf(tones: string): boolean {
    const { dtmf } = this.#transceiver.sender;
    if (!dtmf?.canInsertDTMF) return false;
    // insertDTMF replaces what is still to be played; digits typed fast must not be lost.
    dtmf.insertDTMF(dtmf.toneBuffer + tones, toneLasts, toneGap);
    return true;
  }

  async stats(): Promise<PeerStats> {
    const counters = readCounters(await this.#whileOpen(this.#connection.getStats()));
    const { sent: _sent, heard: _heard, ...rest } = counters;
    return { ...rest, levelOut: this.#level.out, levelIn: this.#level.in };
  }

  [Symbol.dispose](): void {
    if (this.#closing.signal.aborted) return;
    clearInterval(this.#timer);
    this.#closing.abort(new PeerGone('the peer was closed'));
    this.#connection.close();
    this.#mouth[Symbol.dispose]();
    this.#ear[Symbol.dispose]();
    this.#tellState();
  }

  #settle(): void {
    this.#settled = { holding: this.#mouth.holding, heldThere: this.#heldThere };
  }

  /** This is a telephone: pictures and whatever else is offered beside the voice are refused (RFC 3264 §6). */
  #refuseOthers(): void {
    for (const one of this.#connection.getTransceivers()) if (one !== this.#transceiver) one.stop();
  }

  /** A closed connection never settles what it was asked (W3C webrtc-pc §4.4.1.6); who asked must be freed. */
  async #whileOpen<Result>(asked: Promise<Result>): Promise<Result> {
    const { signal } = this.#closing;
    signal.throwIfAborted();
    let abort = () => {};
    const gone = new Promise<never>((_, reject) => {
      abort = () => reject(signal.reason as Error);
    });
    signal.addEventListener('abort', abort);
    try {
      return await Promise.race([asked, gone]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  #orGone(): void {
    this.#closing.signal.throwIfAborted();
  }

  #tellState(): void {
    this.#setup.tell({ type: 'peer', callId: this.callId, state: this.state });
  }

  async #look(): Promise<void> {
    this.#tick += 1;
    if (this.#looking || (!this.#focused && this.#tick % othersEvery !== 0)) return;
    this.#looking = true;
    try {
      this.#report(readCounters(await this.#whileOpen(this.#connection.getStats())));
    } catch {
      // No statistics, no news.
    } finally {
      this.#looking = false;
    }
  }

  #report(now: PeerCounters): void {
    const last = this.#last;
    this.#last = now;
    this.#level = {
      out: levelBetween(last?.sent ?? null, now.sent),
      in: this.#ear.audible ? (this.#ear.level ?? levelBetween(last?.heard ?? null, now.heard)) : 0,
    };
    const { currentDirection } = this.#transceiver;
    const expected =
      this.#connection.connectionState === 'connected' &&
      (currentDirection === 'sendrecv' || currentDirection === 'recvonly');
    const flowing = this.#packets.look(performance.now(), now.packetsReceived, expected);
    if (flowing !== null) this.#setup.tell({ type: 'audio', callId: this.callId, flowing });
    this.#transceiver.receiver.jitterBufferTarget = this.#cushion.look(performance.now(), now);
    if (this.#focused)
      this.#setup.tell({
        type: 'level',
        callId: this.callId,
        out: ownLevel(this.#level.out, this.#setup.inMix()),
        in: this.#level.in,
        ...this.#setup.microphone(),
      });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
