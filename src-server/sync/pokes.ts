/** Pokes: tells every desk that listens to pull now. A poke not yet read is never doubled. */
export interface Pokes extends Disposable {
  /** There may be something to pull. */
  poke(): void;
  /** There is something that cannot be read yet: poke once more in a moment. */
  pokeSoon(): void;
  /** One at once, then one after each poke, until the listener goes or the server closes. */
  listen(signal: AbortSignal | undefined): AsyncGenerator<{ at: string }, void, void>;
  readonly listeners: number;
}

/** An open transaction holds changes back for as long as it takes; asking again this often costs little. */
const soonMs = 300;

export function createPokes(): Pokes {
  const listeners = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const poke = (): void => {
    for (const wake of listeners) wake();
  };
  async function* listen(
    signal: AbortSignal | undefined,
  ): AsyncGenerator<{ at: string }, void, void> {
    let due = true;
    let awake = (): void => undefined;
    const wake = (): void => {
      due = true;
      awake();
    };
    listeners.add(wake);
    signal?.addEventListener('abort', wake);
    try {
      for (;;) {
        if (closed || signal?.aborted) return;
        if (due) {
          due = false;
          yield { at: new Date().toISOString() };
        } else
          await new Promise<void>((resolve) => {
            awake = resolve;
          });
      }
    } finally {
      listeners.delete(wake);
      signal?.removeEventListener('abort', wake);
    }
  }
  return {
    poke,
    pokeSoon() {
      timer ??= setTimeout(() => {
        timer = undefined;
        poke();
      }, soonMs);
    },
    listen,
    get listeners() {
      return listeners.size;
    },
    [Symbol.dispose]() {
      closed = true;
      clearTimeout(timer);
      poke();
    },
  };
}
