/**
 * A HID report descriptor as Chromium hands it to a page: the device's own bytes in, `HIDDevice.collections` out
 * (HID 1.11 §6.2.2; Chromium services/device/public/cpp/hid/hid_collection.cc: a usage takes the page that stands before
 * it, and a report's items are in every collection around them).
 */
import type {
  HidCollection,
  HidReportInfo,
  HidReportItem,
} from '../../../../src-renderer/voice/headset/hid-port.ts';

interface Collection {
  readonly usagePage: number;
  readonly usage: number;
  readonly parent: Collection | null;
  readonly inputReports: Report[];
  readonly outputReports: Report[];
}

interface Report extends HidReportInfo {
  readonly reportId: number;
  readonly items: HidReportItem[];
}

export function collectionsOf(bytes: readonly number[]): readonly HidCollection[] {
  const tops: Collection[] = [];
  const global = { page: 0, min: 0, size: 0, count: 0, reportId: 0 };
  let usages: number[] = [];
  let range: { min?: number; max?: number } = {};
  let current = null as Collection | null;
  for (let at = 0; at < bytes.length;) {
    const prefix = bytes[at] ?? 0;
    const length = [0, 1, 2, 4][prefix & 3] ?? 0;
    let value = 0;
    for (let byte = 0; byte < length; byte += 1) value += (bytes[at + 1 + byte] ?? 0) * 256 ** byte;
    const signed = length > 0 && value >= 2 ** (8 * length - 1) ? value - 2 ** (8 * length) : value;
    at += 1 + length;
    const paged = length > 2 ? value : global.page * 0x1_0000 + value;
    switch (prefix & 0xfc) {
      case 0x04:
        global.page = value;
        break;
      case 0x14:
        global.min = signed;
        break;
      case 0x74:
        global.size = value;
        break;
      case 0x84:
        global.reportId = value;
        break;
      case 0x94:
        global.count = value;
        break;
      case 0x08:
        usages.push(paged);
        break;
      case 0x18:
        range.min = paged;
        break;
      case 0x28:
        range.max = paged;
        break;
      case 0xa0: {
        const usage = usages[0] ?? global.page * 0x1_0000;
        const made: Collection = {
          usagePage: Math.floor(usage / 0x1_0000),
          usage: usage % 0x1_0000,
          parent: current,
          inputReports: [],
          outputReports: [],
        };
        if (current === null) tops.push(made);
        current = made;
        break;
      }
      case 0xc0:
        current = current?.parent ?? null;
        break;
      case 0x80:
      case 0x90: {
        const item: HidReportItem = {
          isAbsolute: (value & 4) === 0,
          isArray: (value & 2) === 0,
          isRange: range.max !== undefined,
          hasPreferredState: (value & 0x20) === 0,
          usages,
          usageMinimum: range.min,
          usageMaximum: range.max,
          reportSize: global.size,
          reportCount: global.count,
          logicalMinimum: global.min,
        };
        for (let one = current; one !== null; one = one.parent)
          reportOf(
            (prefix & 0xfc) === 0x80 ? one.inputReports : one.outputReports,
            global.reportId,
          ).items.push(item);
        break;
      }
      default:
    }
    // Main items end the local ones.
    if ((prefix & 0x0c) === 0) {
      usages = [];
      range = {};
    }
  }
  return tops;
}

function reportOf(reports: Report[], reportId: number): Report {
  const found = reports.find((report) => report.reportId === reportId);
  if (found) return found;
  const made: Report = { reportId, items: [] };
  reports.push(made);
  return made;
}

/** "05 0B 09 05" */
export function hex(text: string): readonly number[] {
  return text
    .trim()
    .split(/\s+/)
    .map((byte) => Number.parseInt(byte, 16));
}
