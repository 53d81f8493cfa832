/**
 * The page's one audio context: its own tones, and the silence that is sent where there is no microphone. A call's own
 * audio goes past it, so that a context the browser keeps asleep silences nobody.
 */

/** In Chromium since 110; not in lib.dom. */
type SinkContext = AudioContext & { setSinkId?: (sinkId: string) => Promise<void> };

export class SoundGraph implements Disposable {
  readonly #context: SinkContext = new AudioContext({ latencyHint: 'interactive' });
  #silence: MediaStreamTrack | null = null;

  get context(): AudioContext {
    return this.#context;
  }

  /** Asks the browser to let the page sound; it may refuse until a person has touched the page, then the next ask does it. */
  wake(): void {
    if (this.#context.state === 'suspended') void this.#context.resume().catch(() => {});
  }

  /** A live track on which nothing is ever said. It belongs to the graph: clone it, do not stop it. */
  silence(): MediaStreamTrack {
    if (!this.#silence) {
      const source = this.#context.createConstantSource();
      source.offset.value = 0;
      const destination = this.#context.createMediaStreamDestination();
      source.connect(destination);
      source.start();
      const [track] = destination.stream.getAudioTracks();
      if (!track) throw new Error('a media stream destination without a track');
      this.#silence = track;
    }
    this.wake();
    return this.#silence;
  }

  /** Where the page's own tones are heard; '' is the system's choice. */
  async playOn(sinkId: string): Promise<void> {
    await this.#context.setSinkId?.(sinkId).catch(() => this.#context.setSinkId?.(''));
  }

  [Symbol.dispose](): void {
    this.#silence?.stop();
    void this.#context.close();
  }
}
