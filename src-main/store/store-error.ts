/** The local base could not be read or written; `reason` is for a person. */
export class StoreError extends Error {
  readonly reason: 'full' | 'read-only' | 'locked' | 'wrong-key' | 'damaged' | 'io';
  constructor(reason: StoreError['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.reason = reason;
  }
}
