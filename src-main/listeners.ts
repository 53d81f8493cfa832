/** A set of callbacks; who subscribes gets the disposal, twice is fine. */
export class Listeners<T> {
  readonly #callbacks = new Set<(value: T) => void>();

  get size(): number {
    return this.#callbacks.size;
  }

  /** The same callback added twice is told twice, and each disposal ends only its own. */
  add(callback: (value: T) => void): Disposable {
    const entry = (value: T): void => callback(value);
    this.#callbacks.add(entry);
    return { [Symbol.dispose]: () => void this.#callbacks.delete(entry) };
  }

  tell(value: T): void {
    for (const callback of this.#callbacks) callback(value);
  }
}
