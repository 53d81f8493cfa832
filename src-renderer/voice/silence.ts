/** What is sent where there is no microphone. */
import type { SoundContext } from './sound-context.ts';

export class Silence implements Disposable {
  readonly #sound: SoundContext;
  #made: { readonly context: AudioContext; readonly track: MediaStreamTrack } | null = null;

  constructor(sound: SoundContext) {
    this.#sound = sound;
  }

  /** A live track on which nothing is ever said. It belongs to this: clone it, do not stop it. */
  get track(): MediaStreamTrack {
    const { context } = this.#sound;
    if (this.#made?.context !== context) {
      this.#made?.track.stop();
      this.#made = { context, track: silentTrack(context) };
    }
    return this.#made.track;
  }

  [Symbol.dispose](): void {
    this.#made?.track.stop();
  }
}

function silentTrack(context: AudioContext): MediaStreamTrack {
  const source = context.createConstantSource();
  source.offset.value = 0;
  const destination = new MediaStreamAudioDestinationNode(context, {
    channelCount: 1,
    channelCountMode: 'explicit',
  });
  source.connect(destination);
  source.start();
  const [track] = destination.stream.getAudioTracks();
  if (!track) throw new Error('a media stream destination without a track');
  return track;
}
