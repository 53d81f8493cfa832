/** The headset's own buttons and lights (USB HID telephony): opens it, tells what is pressed, keeps its lights in step. */
import type { VoiceEvent } from '#shared/contract/voice.ts';
import { dark, type Lights } from './button-reader.ts';
import { deviceId, errorName } from './device-words.ts';
import { rankOf, type FoundHeadset } from './headset-rank.ts';
import type { HidPort } from './hid-port.ts';
import { OpenHeadset, type HeadsetClock } from './open-headset.ts';
import { layoutOf } from './report-layout.ts';

type HeadsetEvent = Extract<VoiceEvent, { type: 'headset' | 'headset.button' }>;
export type HeadsetState = Extract<VoiceEvent, { type: 'headset' }>;

export interface HeadsetDeps {
  /** null: the browser has no WebHID. */
  readonly hid: HidPort | null;
  readonly clock: HeadsetClock;
  readonly tell: (event: HeadsetEvent) => void;
  /** For the log: what a device did wrong. */
  readonly warn: (what: string) => void;
}

/** Milliseconds until a device that refused is tried again. */
const tryAgainMs = 5_000;

export class Headset implements Disposable {
  readonly #deps: HeadsetDeps;
  readonly #look = (): void => void this.look();
  #device: OpenHeadset | null = null;
  #lights: Lights = dark;
  #used: string | null = null;
  #state: HeadsetState = { type: 'headset', state: 'none', product: null };
  #timer: Disposable | null = null;
  #looking: Promise<void> | null = null;
  #again = false;
  #disposed = false;

  constructor(deps: HeadsetDeps) {
    this.#deps = deps;
    deps.hid?.addEventListener('connect', this.#look);
    deps.hid?.addEventListener('disconnect', this.#look);
    this.#look();
  }

  /** As last told. */
  get state(): HeadsetState {
    return this.#state;
  }

  /** What the calls are like now; whole each time. */
  show(lights: Lights): void {
    const wasFree = this.#free;
    this.#lights = lights;
    this.#device?.show(lights);
    // A better one may have come in the call.
    if (this.#free && !wasFree) this.#look();
  }

  /** Label of what is spoken into and heard with now; null: not known. */
  use(label: string | null): void {
    if (label === this.#used) return;
    this.#used = label;
    this.#look();
  }

  /** No call that a change of device could disturb. */
  get #free(): boolean {
    return !this.#lights.ringing && !this.#lights.offHook;
  }

  /** Looks which headsets may be used now; also when a person has just allowed one. */
  look(): Promise<void> {
    this.#again = true;
    this.#looking ??= this.#run().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#disposed) {
      this.#again = false;
      this.#timer?.[Symbol.dispose]();
      this.#timer = null;
      const present = await this.#present();
      if (this.#device && !present.some(({ device }) => device === this.#device?.device))
        this.#drop();
      await this.#choose(present);
    }
  }

  async #present(): Promise<readonly FoundHeadset[]> {
    try {
      const devices = (await this.#deps.hid?.getDevices()) ?? [];
      return devices.flatMap((device) => {
        const layout = layoutOf(device.collections);
        return layout ? [{ device, layout }] : [];
      });
    } catch (error) {
      this.#deps.warn(`headsets cannot be listed: ${errorName(error)}`);
      return [];
    }
  }

  /** Opens the best that opens, and leaves a lesser one for it between two calls. */
  async #choose(present: readonly FoundHeadset[]): Promise<void> {
    if (this.#disposed || (this.#device && !this.#free)) return;
    const rank = (found: FoundHeadset) => rankOf(found, this.#used);
    const now = present.find(({ device }) => device === this.#device?.device);
    const better = present
      .filter((found) => !now || rank(found) < rank(now))
      .toSorted((a, b) => rank(a) - rank(b));
    for (const found of better) if (await this.#open(found)) return;
    const [refused] = better;
    if (now) return;
    if (!refused) return this.#tell('none', null);
    // Somebody else has it for himself.
    this.#tell('contested', refused.device.productName);
    this.#timer = this.#deps.clock.after(tryAgainMs, this.#look);
  }

  async #open({ device, layout }: FoundHeadset): Promise<boolean> {
    try {
      if (!device.opened) await device.open();
    } catch (error) {
      if (this.#state.state !== 'contested')
        this.#deps.warn(`the headset ${deviceId(device)} does not open: ${errorName(error)}`);
      return false;
    }
    if (this.#disposed) {
      void device.close().catch(() => undefined);
      return true;
    }
    this.#drop();
    this.#device = new OpenHeadset(device, layout, this.#deps, (contested) =>
      this.#tell(contested ? 'contested' : 'ready', device.productName),
    );
    this.#tell('ready', device.productName);
    this.#device.show(this.#lights);
    return true;
  }

  #tell(state: HeadsetState['state'], productName: string | null): void {
    const product = productName === null ? null : productName.slice(0, 100);
    if (this.#disposed || (this.#state.state === state && this.#state.product === product)) return;
    this.#state = { type: 'headset', state, product };
    this.#deps.tell(this.#state);
  }

  #drop(): void {
    this.#device?.[Symbol.dispose]();
    this.#device = null;
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#deps.hid?.removeEventListener('connect', this.#look);
    this.#deps.hid?.removeEventListener('disconnect', this.#look);
    this.#timer?.[Symbol.dispose]();
    this.#drop();
  }
}
