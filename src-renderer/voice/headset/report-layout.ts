/** Where a telephony headset's buttons and lights are in its reports, read from its own descriptor (HID Usage Tables 1.12 §8, §9, §14). */
import { assertNever } from '#shared/assert-never.ts';
import type { HidCollection, HidReportInfo, HidReportItem } from './hid-port.ts';

export type ControlName = 'hook' | 'mute' | 'flash' | 'redial' | 'drop' | 'reject' | 'busy';
export type LightName = 'off-hook' | 'ring' | 'mute' | 'hold';

export interface Control {
  readonly name: ControlName;
  readonly reportId: number;
  /** Bits from the beginning of the report. */
  readonly offset: number;
  readonly size: number;
  /**
   * state: the bit is the state · press: 0 → 1 is one press · on-off: 1 switches on, -1 off
   * (HUT §3.4.1.2: toggle switch, toggle button, on/off buttons)
   */
  readonly style: 'state' | 'press' | 'on-off';
  /** For a field that tells which usage is active: its value when it is this one. null: the field is this one's own. */
  readonly index: number | null;
}

export interface LightReport {
  readonly reportId: number;
  /** Bytes. */
  readonly length: number;
  readonly lights: readonly { readonly name: LightName; readonly offset: number }[];
}

export interface HeadsetLayout {
  readonly controls: readonly Control[];
  readonly lights: readonly LightReport[];
}

const telephonyPage = 0x0b;

/** Programmable Button 7 refuses a call on Jabra, Yealink and Gigaset; Chromium gives it the page that stood before it. */
const inputs: ReadonlyMap<number, ControlName> = new Map([
  [0x0b_0020, 'hook'],
  [0x0b_0021, 'flash'],
  [0x0b_0024, 'redial'],
  [0x0b_0026, 'drop'],
  [0x0b_002f, 'mute'],
  [0x0b_0097, 'busy'],
  [0x0b_0007, 'reject'],
  [0x09_0007, 'reject'],
]);

/** Microphone shows the mute on Jabra and Gigaset; On-Line shows the call on Sennheiser and Poly. */
const outputs: ReadonlyMap<number, LightName> = new Map([
  [0x08_0017, 'off-hook'],
  [0x08_002a, 'off-hook'],
  [0x08_0018, 'ring'],
  [0x0b_009e, 'ring'],
  [0x08_0009, 'mute'],
  [0x08_0021, 'mute'],
  [0x08_0020, 'hold'],
]);

/** No report is longer (HID 1.11 allows more, no headset uses it). */
const longestReportBits = 64 * 8;

/** null: not a headset whose buttons could answer, end or mute a call. */
export function layoutOf(collections: readonly HidCollection[]): HeadsetLayout | null {
  const telephony = telephones(collections);
  const controls = telephony.flatMap(({ inputReports }) =>
    (inputReports ?? []).flatMap(readInputs),
  );
  if (!controls.some(({ name }) => name === 'hook' || name === 'mute')) return null;
  return {
    controls,
    lights: telephony.flatMap(({ outputReports }) => (outputReports ?? []).flatMap(readLights)),
  };
}

/** No descriptor is deeper; one that says so makes no sense. */
const deepest = 8;

/**
 * The collections with a telephone's reports. Some models (Yealink UH38: purecloudlabs/softphone-vendor-headsets pull request
 * 150) have them only in a part of it, or a telephone that is part of something else.
 */
function telephones(collections: readonly HidCollection[], depth = 0): readonly HidCollection[] {
  if (depth > deepest) return [];
  return collections.flatMap((collection) => {
    const { usagePage, inputReports = [], outputReports = [], children = [] } = collection;
    const hasReports = inputReports.length + outputReports.length > 0;
    return usagePage === telephonyPage && hasReports
      ? [collection]
      : telephones(children, depth + 1);
  });
}

interface Placed {
  readonly item: HidReportItem;
  readonly offset: number;
  readonly size: number;
  readonly count: number;
  readonly usages: readonly number[];
}

/** The items of a report with their places; none where the report makes no sense. */
function placed({ items }: HidReportInfo): readonly Placed[] {
  const places: Placed[] = [];
  let offset = 0;
  for (const item of items ?? []) {
    const { reportSize: size = 0, reportCount: count = 0 } = item;
    if (!isCount(size) || !isCount(count) || offset + size * count > longestReportBits) return [];
    places.push({ item, offset, size, count, usages: usagesOf(item) });
    offset += size * count;
  }
  return places;
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= longestReportBits;
}

function usagesOf(item: HidReportItem): readonly number[] {
  const { usageMinimum: from, usageMaximum: to, usages = [] } = item;
  if (!item.isRange || from === undefined || to === undefined) return usages;
  const length = Math.min(Math.max(to - from + 1, 0), longestReportBits);
  return Number.isFinite(length) ? Array.from({ length }, (_one, at) => from + at) : [];
}

function readInputs(report: HidReportInfo): readonly Control[] {
  const reportId = report.reportId ?? 0;
  return placed(report).flatMap(({ item, offset, size, count, usages }): Control[] => {
    if (size === 0 || size > 32) return [];
    if (item.isArray)
      return usages.flatMap((usage, at) => {
        const name = inputs.get(usage);
        if (!name) return [];
        const index = (item.logicalMinimum ?? 0) + at;
        return Array.from({ length: count }, (_one, field): Control => ({
          name,
          reportId,
          offset: offset + field * size,
          size,
          style: 'press',
          index,
        }));
      });
    return usages.slice(0, count).flatMap((usage, at): Control[] => {
      const name = inputs.get(usage);
      if (!name) return [];
      const style = styleOf(name, item);
      return [{ name, reportId, offset: offset + at * size, size, style, index: null }];
    });
  });
}

/** A hook switch and a busy line are states wherever they are absolute; a mute button only where it has no state to go back to. */
function styleOf(name: ControlName, item: HidReportItem): Control['style'] {
  if (item.isAbsolute === false) return (item.logicalMinimum ?? 0) < 0 ? 'on-off' : 'press';
  switch (name) {
    case 'hook':
    case 'busy':
      return 'state';
    case 'mute':
      return item.hasPreferredState === false ? 'state' : 'press';
    case 'flash':
    case 'redial':
    case 'drop':
    case 'reject':
      return 'press';
    default:
      return assertNever(name);
  }
}

function readLights(report: HidReportInfo): readonly LightReport[] {
  const places = placed(report);
  const lights = places.flatMap(({ item, offset, size, count, usages }) =>
    item.isArray || size === 0
      ? []
      : usages.slice(0, count).flatMap((usage, at) => {
          const name = outputs.get(usage);
          return name ? [{ name, offset: offset + at * size }] : [];
        }),
  );
  if (lights.length === 0) return [];
  const bits = places.reduce((sum, { size, count }) => sum + size * count, 0);
  return [{ reportId: report.reportId ?? 0, length: Math.ceil(bits / 8), lights }];
}

/** The value of a control in a report; null where the report is too short for it. */
export function readControl(
  { offset, size, style, index }: Control,
  data: DataView,
): number | null {
  if (offset + size > data.byteLength * 8) return null;
  let value = 0;
  for (let bit = 0; bit < size; bit += 1) {
    const at = offset + bit;
    if ((data.getUint8(at >> 3) >> (at & 7)) & 1) value += 2 ** bit;
  }
  if (index !== null) return value === index ? 1 : 0;
  if (style === 'on-off' && value >= 2 ** (size - 1)) return size === 1 ? value : value - 2 ** size;
  return value === 0 ? 0 : 1;
}

/** A light report as it is sent. */
export function writeLights(report: LightReport, lit: ReadonlySet<LightName>): Uint8Array {
  const data = new Uint8Array(report.length);
  for (const { name, offset } of report.lights)
    if (lit.has(name)) data[offset >> 3] = (data[offset >> 3] ?? 0) | (1 << (offset & 7));
  return data;
}
