/** What of WebHID the headset driver uses (https://wicg.github.io/webhid/); the compiler's DOM does not know it. */

export interface HidReportItem {
  readonly isAbsolute?: boolean;
  readonly isArray?: boolean;
  readonly isRange?: boolean;
  readonly hasPreferredState?: boolean;
  /** Page in the upper 16 bits. */
  readonly usages?: readonly number[];
  readonly usageMinimum?: number;
  readonly usageMaximum?: number;
  /** Bits of one field. */
  readonly reportSize?: number;
  readonly reportCount?: number;
  readonly logicalMinimum?: number;
}

export interface HidReportInfo {
  readonly reportId?: number;
  readonly items?: readonly HidReportItem[];
}

/** Reports of a top-level collection hold the items of all its children, in order (Chromium's hid_collection.cc). */
export interface HidCollection {
  readonly usagePage?: number;
  readonly usage?: number;
  readonly children?: readonly HidCollection[];
  readonly inputReports?: readonly HidReportInfo[];
  readonly outputReports?: readonly HidReportInfo[];
}

export interface HidInputReport {
  readonly reportId: number;
  /** Without the report id. */
  readonly data: DataView;
}

export interface HidDevice {
  readonly opened: boolean;
  readonly vendorId: number;
  readonly productId: number;
  readonly productName: string;
  readonly collections: readonly HidCollection[];
  open(): Promise<void>;
  close(): Promise<void>;
  /** Rejects where another program has the device for itself, or it has gone. */
  sendReport(reportId: number, data: Uint8Array): Promise<void>;
  addEventListener(type: 'inputreport', heard: (report: HidInputReport) => void): void;
  removeEventListener(type: 'inputreport', heard: (report: HidInputReport) => void): void;
}

export interface HidPort {
  /** Those this page may use. */
  getDevices(): Promise<readonly HidDevice[]>;
  addEventListener(type: 'connect' | 'disconnect', changed: () => void): void;
  removeEventListener(type: 'connect' | 'disconnect', changed: () => void): void;
}

/** null where the browser has no WebHID. */
export function hidOf(navigator: Navigator & { readonly hid?: HidPort }): HidPort | null {
  return navigator.hid ?? null;
}
