/** A headset on a pretended bus: real descriptors, real bytes; time stands still until it is moved. */
import type {
  HidDevice,
  HidInputReport,
  HidPort,
} from '../../../../src-renderer/voice/headset/hid-port.ts';
import type { HeadsetClock } from '../../../../src-renderer/voice/headset/open-headset.ts';
import type { KnownDevice } from './devices.ts';

export class StoppedClock implements HeadsetClock {
  #now = 1_000_000;
  #timers: { at: number; run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  get waiting(): number {
    return this.#timers.length;
  }

  after(ms: number, run: () => void): Disposable {
    const timer = { at: this.#now + ms, run };
    this.#timers.push(timer);
    return {
      [Symbol.dispose]: () => {
        this.#timers = this.#timers.filter((one) => one !== timer);
      },
    };
  }

  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
    this.#now = end;
  }
}

export class FakeDevice implements HidDevice {
  readonly vendorId: number;
  readonly productId: number;
  readonly productName: string;
  readonly collections: HidDevice['collections'];
  opened = false;
  /** "id: bytes", in the order in which they came. */
  sent: string[] = [];
  opens: 'well' | 'not' = 'well';
  takes: 'well' | 'not' = 'well';
  readonly #listeners = new Set<(report: HidInputReport) => void>();

  constructor({ name, vendorId, productId, collections }: KnownDevice) {
    this.productName = name;
    this.vendorId = vendorId;
    this.productId = productId;
    this.collections = collections;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  async open(): Promise<void> {
    if (this.opens === 'not')
      throw new DOMException('Failed to open the device.', 'NotAllowedError');
    this.opened = true;
  }

  async close(): Promise<void> {
    this.opened = false;
  }

  async sendReport(reportId: number, data: Uint8Array): Promise<void> {
    if (this.takes === 'not') throw new DOMException('Failed to write.', 'NotAllowedError');
    this.sent.push(`${reportId.toString(16)}: ${[...data].join(' ')}`);
  }

  addEventListener(_type: 'inputreport', heard: (report: HidInputReport) => void): void {
    this.#listeners.add(heard);
  }

  removeEventListener(_type: 'inputreport', heard: (report: HidInputReport) => void): void {
    this.#listeners.delete(heard);
  }

  /** The device sends a report. */
  send(reportId: number, ...bytes: number[]): void {
    const data = new DataView(Uint8Array.from(bytes).buffer);
    for (const heard of this.#listeners) heard({ reportId, data });
  }
}

export class FakeBus implements HidPort {
  devices: FakeDevice[] = [];
  readonly #listeners = new Set<() => void>();

  async getDevices(): Promise<readonly HidDevice[]> {
    return this.devices;
  }

  addEventListener(_type: 'connect' | 'disconnect', changed: () => void): void {
    this.#listeners.add(changed);
  }

  removeEventListener(_type: 'connect' | 'disconnect', changed: () => void): void {
    this.#listeners.delete(changed);
  }

  plug(...devices: FakeDevice[]): void {
    this.devices = devices;
    for (const changed of this.#listeners) changed();
  }
}
