/** How makers differ where the descriptor does not tell. */

export interface Quirks {
  /** On hold the hook light goes out, and the device then counts as on hook. */
  readonly heldIsOnHook: boolean;
}

const none: Quirks = { heldIsOnHook: false };

const quirks: ReadonlyMap<number, Quirks> = new Map([
  // Yealink: `setHold` in purecloudlabs/softphone-vendor-headsets, yealink.ts, written by the maker.
  [0x6993, { heldIsOnHook: true }],
]);

/** @param vendorId of the USB device. */
export function quirksOf(vendorId: number): Quirks {
  return quirks.get(vendorId) ?? none;
}
