/** The other end of a call, in Node: real WebRTC, its voice a tone, and an ear that keeps what it heard. */
import wrtc from '@roamhq/wrtc';
import type { Sound } from '../../support/wav.ts';

const rate = 48_000;
/** Samples in the 10 ms that WebRTC takes at a time. */
const frame = rate / 100;

export class PracticePeer implements Disposable {
  readonly #connection = new wrtc.RTCPeerConnection();
  readonly #source = new wrtc.nonstandard.RTCAudioSource();
  readonly #track = this.#source.createTrack();
  readonly #timer: ReturnType<typeof setInterval>;
  #sink: InstanceType<typeof wrtc.nonstandard.RTCAudioSink> | null = null;
  #heard: Int16Array[] = [];
  #heardRate = rate;
  #phase = 0;
  /** Hertz; 0 is silence. */
  tone: number;
  /** Amplitude, 0 to 1. */
  loudness = 0.3;
  /** Whether the tone comes and goes, a quarter of a second each. */
  syllables = false;
  #said = 0;

  constructor(tone: number) {
    this.tone = tone;
    this.#connection.addTrack(this.#track);
    this.#connection.addEventListener('track', (event) => {
      this.#sink = new wrtc.nonstandard.RTCAudioSink(event.track);
      this.#sink.ondata = (data: { samples: Int16Array; sampleRate: number }) => {
        this.#heardRate = data.sampleRate;
        this.#heard.push(data.samples.slice());
        if (this.#heard.length > 1_000) this.#heard.shift();
      };
    });
    this.#timer = setInterval(() => this.#say(), 10);
  }

  get state(): string {
    return this.#connection.connectionState;
  }

  /** An offer with every candidate; `direction` as RFC 3264 has it. */
  async offer(direction: RTCRtpTransceiverDirection = 'sendrecv'): Promise<string> {
    const [transceiver] = this.#connection.getTransceivers();
    if (transceiver) transceiver.direction = direction;
    await this.#connection.setLocalDescription(await this.#connection.createOffer());
    return this.#description();
  }

  async answer(offer: string): Promise<string> {
    await this.#connection.setRemoteDescription({ type: 'offer', sdp: offer });
    await this.#connection.setLocalDescription(await this.#connection.createAnswer());
    return this.#description();
  }

  async accept(answer: string): Promise<void> {
    await this.#connection.setRemoteDescription({ type: 'answer', sdp: answer });
  }

  /** Forgets what was heard, then gives the next `seconds` of it. */
  async listen(seconds: number): Promise<Sound> {
    this.#heard = [];
    const wanted = Math.ceil(seconds * 100);
    const until = Date.now() + seconds * 1_000 + 5_000;
    while (this.#heard.length < wanted && Date.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 20));
    const samples = Float32Array.from(
      this.#heard.flatMap((part) => [...part]),
      (sample) => sample / 32_768,
    );
    return { rate: this.#heardRate, samples };
  }

  async #description(): Promise<string> {
    if (this.#connection.iceGatheringState !== 'complete')
      await new Promise<void>((resolve) => {
        this.#connection.addEventListener('icegatheringstatechange', () => {
          if (this.#connection.iceGatheringState === 'complete') resolve();
        });
      });
    return this.#connection.localDescription?.sdp ?? '';
  }

  #say(): void {
    const samples = new Int16Array(frame);
    this.#said += 1;
    const pause = this.syllables && Math.floor(this.#said / 25) % 2 === 1;
    if (this.tone > 0 && !pause)
      for (let index = 0; index < frame; index += 1) {
        samples[index] = Math.round(this.loudness * 32_767 * Math.sin(this.#phase));
        this.#phase += (2 * Math.PI * this.tone) / rate;
      }
    this.#source.onData({
      samples,
      sampleRate: rate,
      bitsPerSample: 16,
      channelCount: 1,
      numberOfFrames: frame,
    });
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#sink?.stop();
    this.#track.stop();
    this.#connection.close();
  }
}
