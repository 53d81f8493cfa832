/** Speakers and the ringing device: the first wished one that is there. */
import type { AudioDevice, AudioWishes } from '#shared/contract/voice.ts';
import { chooseDevice, firstIsMissing, realDevices } from './device-choice.ts';
import type { Ear } from './ear.ts';
import type { MediaDevicesPort } from './microphone.ts';
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

  constructor(devices: MediaDevicesPort, ear: Pick<Ear, 'playOn'>, ringer: Pick<Ringer, 'set'>) {
    this.#devices = devices;
    this.#ear = ear;
    this.#ringer = ringer;
  }

  /** Every microphone and speaker that was there at the last look. */
  get present(): readonly AudioDevice[] {
    return this.#present;
  }

  /** Label of the wished speaker in use, null for the system's choice. */
  get speaker(): string | null {
    return this.#speaker;
  }

  /** Label of the wished ringing device in use, null for the system's choice. */
  get ringer(): string | null {
    return this.#ringerLabel;
  }

  /** Those whose first wish is not there. */
  get missing(): readonly ('speaker' | 'ringer')[] {
    return this.#missing;
  }

  wish(wishes: AudioWishes): Promise<void> {
    this.#wishes = wishes;
    return this.settle();
  }

  /** Looks at what is there and moves the sound; call it when devices came or went. */
  async settle(): Promise<void> {
    this.#present = await this.#look();
    const speakers = this.#present.filter((device) => device.kind === 'speaker');
    const known = this.#wishes.known?.filter((device) => device.kind === 'speaker');
    const speaker = chooseDevice(this.#wishes.speakers, speakers, known);
    // A ring that nobody hears is a lost call: where no ringing device is left it rings in the ear.
    const ringer =
      chooseDevice(this.#wishes.ringers, speakers, known) ??
      (this.#wishes.ringers.length > 0 ? speaker : null);
    this.#missing = [
      ...(firstIsMissing(this.#wishes.speakers, speaker, known) ? (['speaker'] as const) : []),
      ...(firstIsMissing(this.#wishes.ringers, ringer, known) ? (['ringer'] as const) : []),
    ];
    const [heard, rung] = await Promise.all([
      this.#ear.playOn(speaker?.deviceId ?? ''),
      this.#ringer.set(ringer?.deviceId ?? '', this.#wishes.ringVolume),
    ]);
    this.#speaker = heard ? (speaker?.label ?? null) : null;
    this.#ringerLabel = rung ? (ringer?.label ?? null) : null;
  }

  async #look(): Promise<readonly AudioDevice[]> {
    try {
      return realDevices(await this.#devices.enumerateDevices()).flatMap((device) => {
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
