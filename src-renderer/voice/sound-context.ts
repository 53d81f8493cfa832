/**
 * An audio context and the device it plays on. The page has three, so that a change of one device disturbs nothing
 * else: what is sent (on no device at all), what is heard, what rings.
 */
import type { GuardWishes } from './sound-guard.ts';

/** In Chromium since 110; not in lib.dom. */
type SinkContext = AudioContext & {
  setSinkId?: (sinkId: string) => Promise<void>;
};

export class SoundContext implements Disposable {
  readonly context: SinkContext;
  /** Settles true when guards can be made; false: this browser has no worklets, or would not load ours. */
  readonly ready: Promise<boolean>;
  #guards = false;

  /** @param device none: its sound goes to streams only, timed by the system's clock and by no device that may be pulled */
  constructor(device: 'none' | 'chosen') {
    const options: AudioContextOptions & { sinkId?: { type: 'none' } } = {
      latencyHint: 'interactive',
      // RNNoise knows no other rate, and Opus runs at it anyway.
      ...(device === 'none' ? { sampleRate: 48_000, sinkId: { type: 'none' } } : {}),
    };
    this.context = new AudioContext(options);
    this.ready = this.#load();
  }

  get running(): boolean {
    return this.context.state === 'running';
  }

  /** Asks the browser to let the page sound; it may refuse until a person has touched the page, then the next ask does it. */
  wake(): void {
    if (!this.running && this.context.state !== 'closed')
      void this.context.resume().catch(() => {});
  }

  /** After every change of `running`. */
  onChange(changed: () => void): Disposable {
    this.context.addEventListener('statechange', changed);
    return {
      [Symbol.dispose]: () => this.context.removeEventListener('statechange', changed),
    };
  }

  /** '' is the system's choice. Answers whether the device is in use; without it the system's choice plays. */
  async playOn(sinkId: string): Promise<boolean> {
    const { context } = this;
    if (!context.setSinkId) return sinkId === '';
    try {
      await context.setSinkId(sinkId);
      return true;
    } catch {
      if (sinkId !== '') await context.setSinkId('').catch(() => {});
      return false;
    }
  }

  /** A guard between two nodes, null before `ready`. */
  guard(wishes: GuardWishes): GuardNode | null {
    return this.#guards ? new GuardNode(this.context, wishes) : null;
  }

  async #load(): Promise<boolean> {
    try {
      const guard = await import('./sound-guard.worklet.ts?worker&url');
      await this.context.audioWorklet.addModule(guard.default);
      this.#guards = true;
    } catch {
      this.#guards = false;
    }
    return this.#guards;
  }

  [Symbol.dispose](): void {
    void this.context.close().catch(() => {});
  }
}

export class GuardNode extends AudioWorkletNode implements Disposable {
  constructor(context: AudioContext, wishes: GuardWishes) {
    super(context, 'sound-guard', {
      numberOfInputs: 1,
      numberOfOutputs: 1,
      outputChannelCount: [1],
      channelCount: 1,
      channelCountMode: 'explicit',
      processorOptions: wishes,
    });
  }

  [Symbol.dispose](): void {
    this.disconnect();
    this.port.postMessage('end');
    this.port.close();
  }
}
