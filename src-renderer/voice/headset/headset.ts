/** The headset's own buttons and lights (USB HID telephony): opens it, tells what is pressed, keeps its lights in step. */
import type { VoiceEvent } from '#shared/contract/voice.ts';
import { ButtonReader, dark, type Lights } from './button-reader.ts';
import type { HidDevice, HidInputReport, HidPort } from './hid-port.ts';
import { layoutOf, writeLights, type HeadsetLayout, type LightName } from './report-layout.ts';
import { quirksOf } from './vendor-quirks.ts';

type HeadsetEvent = Extract<VoiceEvent, { type: 'headset' | 'headset.button' }>;
export type HeadsetState = Extract<VoiceEvent, { type: 'headset' }>;

/** The page's time; tests bring their own. */
export interface HeadsetClock {
  /** Milliseconds from any beginning. */
  now(): number;
  after(ms: number, run: () => void): Disposable;
}

export interface HeadsetDeps {
  /** null: the browser has no WebHID. */
  readonly hid: HidPort | null;
  readonly clock: HeadsetClock;
  readonly tell: (event: HeadsetEvent) => void;
  /** For the log: what a device did wrong. */
  readonly warn: (what: string) => void;
}

/** Milliseconds until a device that refused is tried again, and until a busy line is looked at again. */
const tryAgainMs = 5_000;

export class Headset implements Disposable {
  readonly #deps: HeadsetDeps;
  readonly #look = (): void => void this.look();
  #device: OpenHeadset | null = null;
  #lights: Lights = dark;
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
    this.#lights = lights;
    this.#device?.show(lights);
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
      if (!this.#device && !this.#disposed) await this.#open(present);
    }
  }

  async #present(): Promise<readonly { device: HidDevice; layout: HeadsetLayout }[]> {
    try {
      const devices = (await this.#deps.hid?.getDevices()) ?? [];
      return devices.flatMap((device) => {
        const layout = layoutOf(device.collections);
        return layout ? [{ device, layout }] : [];
      });
    } catch (error) {
      this.#deps.warn(`headsets cannot be listed: ${nameOf(error)}`);
      return [];
    }
  }

  async #open(present: readonly { device: HidDevice; layout: HeadsetLayout }[]): Promise<void> {
    // A headset with a hook switch before one that can only mute.
    const hooked = present.toSorted((a, b) => rank(a.layout) - rank(b.layout));
    for (const { device, layout } of hooked) {
      try {
        if (!device.opened) await device.open();
      } catch (error) {
        if (this.#state.state !== 'contested')
          this.#deps.warn(`the headset ${idOf(device)} does not open: ${nameOf(error)}`);
        continue;
      }
      if (this.#disposed) return void device.close().catch(() => undefined);
      this.#device = new OpenHeadset(device, layout, this.#deps, (contested) =>
        this.#tell(contested ? 'contested' : 'ready', device.productName),
      );
      this.#tell('ready', device.productName);
      this.#device.show(this.#lights);
      return;
    }
    const [refused] = hooked;
    if (!refused) return this.#tell('none', null);
    // Somebody else has it for himself.
    this.#tell('contested', refused.device.productName);
    this.#timer = this.#deps.clock.after(tryAgainMs, this.#look);
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

/** One headset in use. */
class OpenHeadset implements Disposable {
  readonly device: HidDevice;
  readonly #layout: HeadsetLayout;
  readonly #deps: HeadsetDeps;
  readonly #contestedChanged: (contested: boolean) => void;
  readonly #reader: ButtonReader;
  readonly #heard = (report: HidInputReport): void => this.#hear(report);
  #lights: Lights = dark;
  /** By report id, as text; nothing is known of a report that is not here. */
  readonly #sent = new Map<number, string>();
  #sending = false;
  #sendAgain = false;
  #refused = false;
  #contested = false;
  #timer: Disposable | null = null;
  #disposed = false;

  constructor(
    device: HidDevice,
    layout: HeadsetLayout,
    deps: HeadsetDeps,
    contestedChanged: (contested: boolean) => void,
  ) {
    this.device = device;
    this.#layout = layout;
    this.#deps = deps;
    this.#contestedChanged = contestedChanged;
    this.#reader = new ButtonReader(layout);
    device.addEventListener('inputreport', this.#heard);
  }

  show(lights: Lights): void {
    const { heldIsOnHook } = quirksOf(this.device.vendorId);
    this.#lights = heldIsOnHook && lights.held ? { ...lights, offHook: false } : lights;
    this.#reader.show(this.#lights, this.#deps.clock.now());
    void this.#send();
    this.#judge();
  }

  #hear({ reportId, data }: HidInputReport): void {
    if (this.#disposed) return;
    const { buttons, outOfStep } = this.#reader.report(reportId, data, this.#deps.clock.now());
    this.#judge();
    if (outOfStep) this.#sent.clear();
    for (const button of buttons) this.#deps.tell({ type: 'headset.button', button });
    // A press that nobody acts on must not leave the device believing it.
    if (outOfStep && buttons.length === 0) void this.#send();
  }

  /** One report after the other, the newest lights only. */
  async #send(): Promise<void> {
    this.#sendAgain = true;
    if (this.#sending) return;
    this.#sending = true;
    while (this.#sendAgain && !this.#disposed) {
      this.#sendAgain = false;
      const lit = litBy(this.#lights);
      for (const report of this.#layout.lights) {
        const data = writeLights(report, lit);
        const text = data.join();
        if (this.#sent.get(report.reportId) === text) continue;
        this.#sent.set(report.reportId, text);
        try {
          await this.device.sendReport(report.reportId, data);
          this.#refused = false;
        } catch (error) {
          this.#sent.delete(report.reportId);
          if (!this.#refused && !this.#disposed)
            this.#deps.warn(`the headset ${idOf(this.device)} takes no light: ${nameOf(error)}`);
          this.#refused = true;
        }
      }
    }
    this.#sending = false;
    this.#judge();
  }

  #judge(): void {
    if (this.#disposed) return;
    const contested = this.#refused || this.#reader.contested(this.#deps.clock.now());
    if (contested !== this.#contested) {
      this.#contested = contested;
      this.#contestedChanged(contested);
    }
    this.#timer ??= this.#deps.clock.after(tryAgainMs, () => {
      this.#timer = null;
      if (this.#refused) void this.#send();
      else if (this.#contested) this.#judge();
      else if (this.#reader.contested(this.#deps.clock.now())) this.#judge();
    });
  }

  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#timer?.[Symbol.dispose]();
    this.device.removeEventListener('inputreport', this.#heard);
    // It must not go on ringing, or hold a call that nobody has.
    const off = this.#layout.lights.map((report) =>
      this.device.sendReport(report.reportId, writeLights(report, new Set())),
    );
    void Promise.allSettled(off)
      .then(() => this.device.close())
      .catch(() => undefined);
  }
}

function litBy({ offHook, ringing, muted, held }: Lights): ReadonlySet<LightName> {
  const lit = new Set<LightName>();
  if (offHook) lit.add('off-hook');
  if (ringing) lit.add('ring');
  if (muted) lit.add('mute');
  if (held) lit.add('hold');
  return lit;
}

function rank({ controls }: HeadsetLayout): number {
  return controls.some(({ name }) => name === 'hook') ? 0 : 1;
}

function idOf({ vendorId, productId }: HidDevice): string {
  return [vendorId, productId].map((id) => id.toString(16).padStart(4, '0')).join(':');
}

function nameOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'name' in error
    ? String(error.name)
    : 'unknown';
}
