/**
 * An audio context and the device it plays on. The page has three, so that a change of one device disturbs nothing
 * else: what is sent (on no device at all), what is heard, what rings.
 */
import { GuardNode } from './guard-node.ts';
import type { GuardWishes } from './sound-guard.ts';

/** In Chromium since 110; not in lib.dom. */
interface SinkOptions extends AudioContextOptions {
  readonly sinkId?: string | { readonly type: 'none' };
}
type SinkContext = AudioContext & { setSinkId?: (sinkId: string) => Promise<void> };

/** Milliseconds between the last sound of a context and its end, in which its worklets end: see `renew`. */
const windDown = 250;

export class SoundContext implements Disposable {
  readonly #device: 'none' | 'chosen';
  readonly #listeners = new Set<() => void>();
  #sinkId = '';
  #context: SinkContext;
  #guards = false;
  /** Contexts that are winding down. */
  readonly #closing = new Map<AudioContext, ReturnType<typeof setTimeout>>();

  /** @param device none: its sound goes to streams only, timed by the system's clock and by no device that may be pulled */
  constructor(device: 'none' | 'chosen') {
    this.#device = device;
    this.#context = this.#make();
  }

  /** Ask anew for every node that is made: `renew` replaces it. */
  get context(): AudioContext {
    return this.#context;
  }

  get running(): boolean {
    return this.#context.state === 'running';
  }

  /** Asks the browser to let the page sound; it may refuse until a person has touched the page, then the next ask does it. */
  wake(): void {
    if (!this.running && this.#context.state !== 'closed')
      void this.#context.resume().catch(() => {});
  }

  /** After every change of `context` and `running`, and when guards can be made. */
  onChange(changed: () => void): Disposable {
    this.#listeners.add(changed);
    return { [Symbol.dispose]: () => this.#listeners.delete(changed) };
  }

  /** '' is the system's choice. Answers whether the device is in use; without it the system's choice plays. */
  async playOn(sinkId: string): Promise<boolean> {
    const context = this.#context;
    this.#sinkId = sinkId;
    if (!context.setSinkId) return sinkId === '';
    try {
      await context.setSinkId(sinkId);
      return true;
    } catch {
      this.#sinkId = '';
      if (sinkId !== '') await context.setSinkId('').catch(() => {});
      return false;
    }
  }

  /** A guard between two nodes; null where it cannot be had, or not yet. */
  guard(wishes: GuardWishes): GuardNode | null {
    return this.#guards ? new GuardNode(this.#context, wishes) : null;
  }

  /**
   * Another context in the place of this one. Chromium keeps every node that a stream was led into for as long as its
   * context runs, about 0.1 MB each; only closing gives them back, and not even that while a worklet of it lives, so
   * those that were told to end get a moment for it. Call it when nothing sounds.
   */
  renew(): void {
    const last = this.#context;
    if (last.state === 'closed') return;
    this.#context = this.#make();
    this.#closing.set(
      last,
      setTimeout(() => this.#close(last), windDown),
    );
    this.#tell();
  }

  #close(context: AudioContext): void {
    clearTimeout(this.#closing.get(context));
    this.#closing.delete(context);
    void context.close().catch(() => {});
  }

  #make(): SinkContext {
    const sinkId = this.#device === 'none' ? ({ type: 'none' } as const) : this.#sinkId;
    const options: SinkOptions = {
      latencyHint: 'interactive',
      ...(sinkId === '' ? {} : { sinkId }),
      // RNNoise knows no other rate, and Opus runs at it anyway.
      ...(this.#device === 'none' ? { sampleRate: 48_000 } : {}),
    };
    const context = new AudioContext(options);
    this.#guards = false;
    context.addEventListener('statechange', () => this.#tell());
    GuardNode.load(context).then(
      () => {
        if (context !== this.#context) return;
        this.#guards = true;
        this.#tell();
      },
      // Without worklets calls are heard as they are.
      () => {},
    );
    return context;
  }

  #tell(): void {
    for (const changed of this.#listeners) changed();
  }

  [Symbol.dispose](): void {
    this.#listeners.clear();
    for (const context of [...this.#closing.keys(), this.#context]) this.#close(context);
  }
}
