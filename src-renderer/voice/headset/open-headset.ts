/** One headset in use: its reports heard, its lights kept in step, until it is given back. */
import type { VoiceEvent } from '#shared/contract/voice.ts';
import { ButtonReader, dark, type Lights } from './button-reader.ts';
import { deviceId, errorName } from './device-words.ts';
import type { HidDevice, HidInputReport } from './hid-port.ts';
import { writeLights, type HeadsetLayout, type LightName } from './report-layout.ts';
import { quirksOf } from './vendor-quirks.ts';

/** The page's time; tests bring their own. */
export interface HeadsetClock {
  /** Milliseconds from any beginning. */
  now(): number;
  after(ms: number, run: () => void): Disposable;
}

export interface OpenHeadsetDeps {
  readonly clock: HeadsetClock;
  readonly tell: (event: Extract<VoiceEvent, { type: 'headset.button' }>) => void;
  /** For the log: what a device did wrong. */
  readonly warn: (what: string) => void;
}

/** Milliseconds until lights that were refused are tried again, and until a busy line is looked at again. */
const tryAgainMs = 5_000;
/** One line of the log for so long, however much a device sends that cannot be read. */
const complainEveryMs = 60_000;

export class OpenHeadset implements Disposable {
  readonly device: HidDevice;
  readonly #layout: HeadsetLayout;
  readonly #deps: OpenHeadsetDeps;
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
  #complainedAt = Number.NEGATIVE_INFINITY;

  constructor(
    device: HidDevice,
    layout: HeadsetLayout,
    deps: OpenHeadsetDeps,
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
    const now = this.#deps.clock.now();
    const { buttons, outOfStep, tooShort } = this.#reader.report(reportId, data, now);
    if (tooShort && now - this.#complainedAt >= complainEveryMs) {
      this.#complainedAt = now;
      this.#deps.warn(`the headset ${deviceId(this.device)} sends reports that cannot be read`);
    }
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
            this.#deps.warn(
              `the headset ${deviceId(this.device)} takes no light: ${errorName(error)}`,
            );
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
