/**
 * The microphone: captured while somebody holds it, the first wished one that is there, silence where there is none. A
 * noise suppressor goes between what is captured and `track`, here.
 */
import {
  chooseDevice,
  firstIsMissing,
  realDevices,
  stillFits,
  type PresentDevice,
} from './device-choice.ts';

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
  /** Devices that gave no sound at all; passed over while another wished one is there. */
  readonly #dead = new Set<string>();
  #state: MicrophoneState = 'none';
  #captured: MediaStreamTrack | null = null;
  #label: string | null = null;
  #missing = false;
  #settling: Promise<void> | null = null;
  #again = false;
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

  /** Of the wished device in use, null for the system's choice or none. */
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
    this.#dead.clear();
    return this.settle();
  }

  /** What is captured gives no sound: the next wished one is taken, where there is one. Until the next wish or replug. */
  passOver(): void {
    const deviceId = this.#captured?.getSettings().deviceId;
    if (deviceId === undefined) return;
    this.#dead.add(deviceId);
    void this.settle();
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

  /** Makes what is captured what is wished; call it when devices came or went. Settles when that is done. */
  settle(): Promise<void> {
    this.#again = true;
    this.#settling ??= this.#run().finally(() => {
      this.#settling = null;
    });
    return this.#settling;
  }

  async #run(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      const present = await this.#present();
      for (const deviceId of this.#dead)
        if (!present.some((device) => device.deviceId === deviceId)) this.#dead.delete(deviceId);
      this.#missing = firstIsMissing(this.#wishes, this.#choose(present), this.#known);
      if (this.#holders.size === 0 || this.#disposed) {
        this.#release();
        // Nobody asks for it: what is known without opening it. "refused" stays until it is allowed.
        if (present.length === 0) this.#state = 'none';
        else if (this.#state === 'none') this.#state = 'ok';
      } else await this.#capture(present);
      if (!this.#disposed) this.#changed();
    }
  }

  async #present(): Promise<readonly PresentDevice[]> {
    try {
      const devices = await this.#devices.enumerateDevices();
      return devices.filter((device) => device.kind === 'audioinput');
    } catch {
      return [];
    }
  }

  #choose(present: readonly PresentDevice[]): PresentDevice | null {
    const real = realDevices(present);
    const alive = real.filter((device) => !this.#dead.has(device.deviceId));
    return (
      chooseDevice(this.#wishes, alive, this.#known) ??
      chooseDevice(this.#wishes, real, this.#known)
    );
  }

  async #capture(present: readonly PresentDevice[]): Promise<void> {
    const chosen = this.#choose(present);
    const now = this.#captured;
    if (now?.readyState === 'live' && stillFits(settingsOf(now), chosen, present)) {
      this.#label = chosen?.label ?? null;
      return;
    }
    if (present.length === 0) {
      this.#release();
      this.#state = 'none';
      return;
    }
    try {
      const track = await this.#open(chosen);
      this.#release();
      this.#captured = track;
      this.#label = chosen && settingsOf(track).deviceId === chosen.deviceId ? chosen.label : null;
      this.#state = 'ok';
      track.addEventListener('ended', () => this.#lost(track));
    } catch (error) {
      this.#release();
      this.#state = isRefusal(error) ? 'refused' : 'none';
    }
  }

  /** The chosen device, or the system's choice where that one cannot be opened (in use, just unplugged). */
  async #open(chosen: PresentDevice | null): Promise<MediaStreamTrack> {
    if (chosen) {
      try {
        return await this.#ask({ ...wishesForVoice, deviceId: { exact: chosen.deviceId } });
      } catch (error) {
        if (isRefusal(error)) throw error;
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
    const chosen = deviceId ?? this.#choose(await this.#present())?.deviceId;
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

function isRefusal(error: unknown): boolean {
  return (
    error instanceof DOMException &&
    (error.name === 'NotAllowedError' || error.name === 'SecurityError')
  );
}
