/** A set of callbacks; what subscribes gets its disposal, twice is fine. */
export class Listeners<T> {
  readonly #callbacks = new Set<(value: T) => void>();

  add(callback: (value: T) => void): Disposable {
    const entry = (value: T): void => callback(value);
    this.#callbacks.add(entry);
    return { [Symbol.dispose]: () => void this.#callbacks.delete(entry) };
  }

  tell(value: T): void {
    for (const callback of this.#callbacks) callback(value);
  }
}
