/**
 * RNNoise between the microphone and what is sent. It is watched, and whatever goes wrong with it the microphone goes out
 * as it is; it is tried again with the next capture (the next call) and the next wish.
 */
import { loadRnnoise, RnnoiseWorkletNode } from '@sapphi-red/web-noise-suppressor';
import { rootMeanSquare } from './meter.ts';
import type { SoundContext } from './sound-context.ts';
import { SuppressorWatch } from './suppressor-watch.ts';

/** Milliseconds between two looks, and the samples of one. */
const lookEvery = 50;
const looked = 2048;

interface Chain extends Disposable {
  readonly out: MediaStreamTrack;
  /** What comes out may be sent. */
  good: boolean;
}

export class NoiseSuppressor implements Disposable {
  readonly #sound: SoundContext;
  readonly #changed: () => void;
  readonly #following: Disposable;
  /** One a context, for one capture after another. */
  #node: { readonly context: AudioContext; readonly made: Promise<RnnoiseWorkletNode> } | null =
    null;
  #wished = false;
  #failed = false;
  #raw: MediaStreamTrack | null = null;
  #chain: Chain | null = null;
  #attempt = 0;

  /** @param changed after every change of `track` or `state` */
  constructor(sound: SoundContext, changed: () => void) {
    this.#sound = sound;
    this.#changed = changed;
    this.#following = sound.onChange(() => this.#settle());
  }

  get state(): 'off' | 'on' | 'bypassed' {
    if (!this.#wished) return 'off';
    return this.#failed || (this.#raw !== null && !this.#sound.running) ? 'bypassed' : 'on';
  }

  /** The microphone without its noise; null while it is to go out as it is. Clone it, do not stop it. */
  get track(): MediaStreamTrack | null {
    return this.#chain?.good ? this.#chain.out : null;
  }

  wish(suppressed: boolean): void {
    this.#wished = suppressed;
    if (suppressed) this.#failed = false;
    this.#settle();
  }

  /** What is captured now, null for nothing. */
  listen(raw: MediaStreamTrack | null): void {
    if (raw === this.#raw) return;
    this.#raw = raw;
    this.#failed = false;
    this.#end();
    this.#settle();
  }

  #settle(): void {
    if (this.#node && this.#node.context !== this.#sound.context) this.#drop();
    if (!this.#wished || this.#failed || !this.#raw || !this.#sound.running) this.#end();
    else if (!this.#chain) void this.#begin(this.#raw);
    this.#changed();
  }

  async #begin(raw: MediaStreamTrack): Promise<void> {
    const attempt = ++this.#attempt;
    const { context } = this.#sound;
    try {
      this.#node ??= { context, made: suppressorIn(context) };
      const node = await this.#node.made;
      if (attempt !== this.#attempt) return;
      const chain = chainOf(context, raw, node, (verdict) => {
        if (this.#chain !== chain) return;
        if (verdict === 'dead') this.#fail();
        else if (!chain.good) {
          chain.good = true;
          this.#changed();
        }
      });
      this.#chain = chain;
    } catch {
      if (attempt === this.#attempt) this.#fail();
    }
  }

  #fail(): void {
    this.#failed = true;
    this.#drop();
    const chain = this.#chain;
    this.#chain = null;
    this.#attempt += 1;
    // First the microphone goes out as it is, then the dead chain goes away: no gap is added.
    this.#changed();
    chain?.[Symbol.dispose]();
  }

  #drop(): void {
    this.#node?.made.then(
      (node) => node.destroy(),
      () => {},
    );
    this.#node = null;
  }

  #end(): void {
    const chain = this.#chain;
    this.#chain = null;
    this.#attempt += 1;
    if (chain?.good) this.#changed();
    chain?.[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.#following[Symbol.dispose]();
    this.#wished = false;
    this.#end();
    this.#drop();
  }
}

/** Loads the module and its code, with SIMD where this machine has it. */
async function suppressorIn(context: AudioContext): Promise<RnnoiseWorkletNode> {
  const [ports, rnnoise, url, simdUrl] = await Promise.all([
    import('./started-ports.worklet.ts?worker&url'),
    import('@sapphi-red/web-noise-suppressor/rnnoiseWorklet.js?url'),
    import('@sapphi-red/web-noise-suppressor/rnnoise.wasm?url'),
    import('@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm?url'),
  ]);
  await context.audioWorklet.addModule(ports.default);
  const [wasmBinary] = await Promise.all([
    loadRnnoise({ url: url.default, simdUrl: simdUrl.default }),
    context.audioWorklet.addModule(rnnoise.default),
  ]);
  return new RnnoiseWorkletNode(context, { maxChannels: 1, wasmBinary });
}

function chainOf(
  context: AudioContext,
  raw: MediaStreamTrack,
  node: RnnoiseWorkletNode,
  tell: (verdict: 'good' | 'dead') => void,
): Chain {
  const source = context.createMediaStreamSource(new MediaStream([raw]));
  const before = context.createAnalyser();
  const after = context.createAnalyser();
  before.fftSize = looked;
  after.fftSize = looked;
  const destination = new MediaStreamAudioDestinationNode(context, {
    channelCount: 1,
    channelCountMode: 'explicit',
  });
  source.connect(before);
  source.connect(node).connect(destination);
  node.connect(after);
  const [out] = destination.stream.getAudioTracks();
  if (!out) throw new Error('a media stream destination without a track');

  const watch = new SuppressorWatch();
  const samples = new Float32Array(looked);
  const look = () => {
    before.getFloatTimeDomainData(samples);
    const input = rootMeanSquare(samples);
    after.getFloatTimeDomainData(samples);
    const output = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    const verdict = watch.look(performance.now(), { input, output, clock: context.currentTime });
    if (verdict !== 'beginning') tell(verdict);
  };
  const timer = setInterval(look, lookEvery);
  const died = () => tell('dead');
  node.addEventListener('processorerror', died);
  return {
    out,
    good: false,
    [Symbol.dispose]: () => {
      clearInterval(timer);
      source.disconnect();
      node.disconnect();
      node.removeEventListener('processorerror', died);
      out.stop();
    },
  };
}
