/**
 * The microphone: captured while somebody holds it, the first wished one that opens, silence where there is none. It is
 * left for another one only when it ends or does not open, never because it is silent (see silent-microphone.ts).
 */
import {
  deviceOf,
  firstIsMissing,
  realDevices,
  stillFits,
  wishedDevices,
  type PresentDevice,
} from './device-choice.ts';
import { oneAtATime } from './one-at-a-time.ts';

export type MicrophoneState = 'ok' | 'none' | 'refused';

/** The browser's devices; tests bring their own. */
export type MediaDevicesPort = Pick<MediaDevices, 'enumerateDevices' | 'getUserMedia'>;

const wishesForVoice: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
  channelCount: 1,
};

export class Microphone implements Disposable {
  readonly #devices: MediaDevicesPort;
  readonly #silence: () => MediaStreamTrack;
  readonly #changed: () => void;
  readonly #holders = new Set<object>();
  #wishes: readonly string[] = [];
  #known: readonly PresentDevice[] = [];
  /** Ids of wished devices that are there and did not open when they were last asked. */
  readonly #shut = new Set<string>();
  #state: MicrophoneState = 'none';
  #captured: MediaStreamTrack | null = null;
  #label: string | null = null;
  #missing = false;
  /** Makes what is captured what is wished; call it when devices came or went. Settles when that is done. */
  readonly settle = oneAtATime(() => this.#move());
  #disposed = false;

  /** @param changed after every change of `track`, `state` or `label` */
  constructor(devices: MediaDevicesPort, silence: () => MediaStreamTrack, changed: () => void) {
    this.#devices = devices;
    this.#silence = silence;
    this.#changed = changed;
  }

  get state(): MicrophoneState {
    return this.#state;
  }

  /** Of the device in use, null for none. */
  get label(): string | null {
    return this.#label;
  }

  /** Another one stands in for the one that is wished most, or none at all. */
  get missing(): boolean {
    return this.#missing;
  }

  /** What is captured, null for silence. It belongs to the microphone. */
  get captured(): MediaStreamTrack | null {
    return this.#captured;
  }

  /** What is to be sent now: the microphone, or silence. It belongs to the microphone: clone it, do not stop it. */
  get track(): MediaStreamTrack {
    return this.#captured ?? this.#silence();
  }

  /** Ids in the order of wish, and the wished devices as they were last seen. */
  wish(microphones: readonly string[], known: readonly PresentDevice[] = []): Promise<void> {
    this.#wishes = microphones;
    this.#known = known;
    return this.settle();
  }

  /** Captures until every hold is disposed of. Does not wait: a person may take long to allow it. */
  hold(): Disposable {
    const holder = {};
    this.#holders.add(holder);
    void this.settle();
    return {
      [Symbol.dispose]: () => {
        if (this.#holders.delete(holder)) void this.settle();
      },
    };
  }

  async #move(): Promise<void> {
    const present = await this.#present();
    for (const deviceId of this.#shut)
      if (!present.some((device) => device.deviceId === deviceId)) this.#shut.delete(deviceId);
    if (this.#holders.size === 0 || this.#disposed) {
      this.#release();
      // Nobody asks for it: what is known without opening it. "refused" stays until it is allowed.
      if (present.length === 0) this.#state = 'none';
      else if (this.#state === 'none') this.#state = 'ok';
    } else await this.#capture(present);
    this.#missing = firstIsMissing(this.#wishes, this.#used(present), this.#known);
    if (!this.#disposed) this.#changed();
  }

  async #present(): Promise<readonly PresentDevice[]> {
    try {
      const devices = await this.#devices.enumerateDevices();
      return devices.filter((device) => device.kind === 'audioinput');
    } catch {
      return [];
    }
  }

  #wished(present: readonly PresentDevice[]): readonly PresentDevice[] {
    return wishedDevices(this.#wishes, realDevices(present), this.#known);
  }

  /** What is captured, or what would be, as far as that is known. */
  #used(present: readonly PresentDevice[]): PresentDevice | null {
    return this.#captured
      ? deviceOf(settingsOf(this.#captured), present)
      : (this.#wished(present).find(({ deviceId }) => !this.#shut.has(deviceId)) ?? null);
  }

  async #capture(present: readonly PresentDevice[]): Promise<void> {
    const wished = this.#wished(present);
    const now = this.#captured;
    if (now?.readyState === 'live' && stillFits(settingsOf(now), wished[0] ?? null, present)) {
      this.#label = labelOf(now, present);
      return;
    }
    if (present.length === 0) {
      this.#release();
      this.#state = 'none';
      return;
    }
    try {
      const track = await this.#open(wished);
      if (track !== now) {
        this.#release();
        this.#captured = track;
        track.addEventListener('ended', () => this.#lost(track));
      }
      this.#label = labelOf(track, present);
      this.#state = 'ok';
    } catch (error) {
      this.#release();
      this.#state = isRefusal(error) ? 'refused' : 'none';
    }
  }

  /** The first of these that opens, or the system's choice: one may be in use elsewhere, or just unplugged. */
  async #open(wished: readonly PresentDevice[]): Promise<MediaStreamTrack> {
    for (const { deviceId } of wished) {
      const now = this.#captured;
      if (now?.readyState === 'live' && settingsOf(now).deviceId === deviceId) return now;
      try {
        const track = await this.#ask({ ...wishesForVoice, deviceId: { exact: deviceId } });
        this.#shut.delete(deviceId);
        return track;
      } catch (error) {
        if (isRefusal(error)) throw error;
        this.#shut.add(deviceId);
      }
    }
    return this.#ask(wishesForVoice);
  }

  /**
   * Another capture of what is in use, as it sounds: neither echo nor noise taken away. It belongs to the caller.
   * Errors: the browser's.
   */
  async openPlain(): Promise<MediaStreamTrack> {
    const { deviceId } = this.#captured?.getSettings() ?? {};
    const chosen = deviceId ?? this.#used(await this.#present())?.deviceId;
    return this.#ask({
      echoCancellation: false,
      noiseSuppression: false,
      autoGainControl: false,
      channelCount: 1,
      ...(chosen === undefined ? {} : { deviceId: { exact: chosen } }),
    });
  }

  async #ask(audio: MediaTrackConstraints): Promise<MediaStreamTrack> {
    const stream = await this.#devices.getUserMedia({ audio });
    const [track] = stream.getAudioTracks();
    if (!track) throw new DOMException('a stream without audio', 'NotFoundError');
    return track;
  }

  /** Unplugged: silence at once, the next device as soon as it is open. */
  #lost(track: MediaStreamTrack): void {
    if (this.#captured !== track) return;
    this.#captured = null;
    this.#label = null;
    this.#changed();
    void this.settle();
  }

  #release(): void {
    this.#captured?.stop();
    this.#captured = null;
    this.#label = null;
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#holders.clear();
    this.#release();
    // One that is being opened just now is closed as soon as it is open.
    void this.settle();
  }
}

function settingsOf(track: MediaStreamTrack): {
  deviceId: string | undefined;
  groupId: string | undefined;
} {
  const { deviceId, groupId } = track.getSettings();
  return { deviceId, groupId };
}

/** A system's choice by the name of the device behind it, so far as that can be told. */
function labelOf(track: MediaStreamTrack, present: readonly PresentDevice[]): string | null {
  const label = deviceOf(settingsOf(track), present)?.label ?? '';
  return label || track.label || null;
}

function isRefusal(error: unknown): boolean {
  return (
    error instanceof DOMException &&
    (error.name === 'NotAllowedError' || error.name === 'SecurityError')
  );
}
