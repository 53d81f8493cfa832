/** The sound guard as a node. */
import type { GuardWishes } from './sound-guard.ts';

export class GuardNode extends AudioWorkletNode implements Disposable {
  /** Once for each context, before the first node. Errors: the browser's, where it has no worklets. */
  static async load(context: AudioContext): Promise<void> {
    const module = await import('./sound-guard.worklet.ts?worker&url');
    await context.audioWorklet.addModule(module.default);
  }

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
