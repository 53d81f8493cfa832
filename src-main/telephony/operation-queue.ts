/** One queue per dialog: operations run one after another; a failed one does not stop the next. */
export class OperationQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** Settles as `operation` does, once everything before it has settled. */
  run<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.#last.then(operation);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
