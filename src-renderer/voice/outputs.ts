/** Speakers and the ringing device: the first wished one that is there. */
import type { AudioDevice, AudioWishes } from '#shared/contract/voice.ts';
import { chooseDevice, firstIsMissing, realDevices, systemsDevice } from './device-choice.ts';
import type { Ear } from './ear.ts';
import type { MediaDevicesPort } from './microphone.ts';
import { oneAtATime } from './one-at-a-time.ts';
import type { Ringer } from './ringer.ts';

export class Outputs {
  readonly #devices: MediaDevicesPort;
  readonly #ear: Pick<Ear, 'playOn'>;
  readonly #ringer: Pick<Ringer, 'set'>;
  #wishes: Pick<AudioWishes, 'speakers' | 'ringers' | 'ringVolume' | 'known'> = {
    speakers: [],
    ringers: [],
    ringVolume: 1,
  };
  #speaker: string | null = null;
  #ringerLabel: string | null = null;
  #missing: readonly ('speaker' | 'ringer')[] = [];
  #present: readonly AudioDevice[] = [];
  /**
   * Looks at what is there and moves the sound; call it when devices came or went. One move after the other: an old one that
   * fails late must not undo a newer one.
   */
  readonly settle = oneAtATime(() => this.#move());

  constructor(devices: MediaDevicesPort, ear: Pick<Ear, 'playOn'>, ringer: Pick<Ringer, 'set'>) {
    this.#devices = devices;
    this.#ear = ear;
    this.#ringer = ringer;
  }

  /** Every microphone and speaker that was there at the last look. */
  get present(): readonly AudioDevice[] {
    return this.#present;
  }

  /** Label of the speaker in use, null for a choice of the system's that cannot be named. */
  get speaker(): string | null {
    return this.#speaker;
  }

  /** Label of the ringing device in use, null for a choice of the system's that cannot be named. */
  get ringer(): string | null {
    return this.#ringerLabel;
  }

  /** Those whose first wish is not in use: not there, or the browser cannot play on it. */
  get missing(): readonly ('speaker' | 'ringer')[] {
    return this.#missing;
  }

  wish(wishes: AudioWishes): Promise<void> {
    this.#wishes = wishes;
    return this.settle();
  }

  async #move(): Promise<void> {
    const all = await this.#look();
    this.#present = realDevices(all);
    const speakers = this.#present.filter((device) => device.kind === 'speaker');
    const known = this.#wishes.known?.filter((device) => device.kind === 'speaker');
    const speaker = chooseDevice(this.#wishes.speakers, speakers, known);
    // A ring that nobody hears is a lost call: where no ringing device is left it rings in the ear.
    const ringer =
      chooseDevice(this.#wishes.ringers, speakers, known) ??
      (this.#wishes.ringers.length > 0 ? speaker : null);
    const [heard, rung] = await Promise.all([
      this.#ear.playOn(speaker?.deviceId ?? ''),
      this.#ringer.set(ringer?.deviceId ?? '', this.#wishes.ringVolume),
    ]);
    const system = systemsDevice(all.filter((device) => device.kind === 'speaker'));
    const speaking = (heard ? speaker : null) ?? system;
    const ringing = (rung ? ringer : null) ?? system;
    this.#speaker = speaking?.label ?? null;
    this.#ringerLabel = ringing?.label ?? null;
    this.#missing = [
      ...(firstIsMissing(this.#wishes.speakers, speaking, known) ? (['speaker'] as const) : []),
      ...(firstIsMissing(this.#wishes.ringers, ringing, known) ? (['ringer'] as const) : []),
    ];
  }

  async #look(): Promise<readonly AudioDevice[]> {
    try {
      return (await this.#devices.enumerateDevices()).flatMap((device) => {
        const kind = kinds[device.kind];
        const { deviceId, groupId, label } = device;
        return kind ? [{ deviceId, groupId, kind, label }] : [];
      });
    } catch {
      return [];
    }
  }
}

const kinds: Readonly<Record<MediaDeviceKind, AudioDevice['kind'] | undefined>> = {
  audioinput: 'microphone',
  audiooutput: 'speaker',
  videoinput: undefined,
};
