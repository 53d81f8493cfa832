/** A line of events that one reader takes from, in order, until the signal ends it. */
export interface EventLine<T> {
  push(event: T): void;
  events(): AsyncGenerator<T, void, void>;
}

export function eventLine<T>(signal: AbortSignal | undefined): EventLine<T> {
  const waiting: T[] = [];
  let wake: () => void = () => undefined;
  signal?.addEventListener('abort', () => wake());
  return {
    push: (event) => {
      waiting.push(event);
      wake();
    },
    async *events() {
      while (!signal?.aborted) {
        const event = waiting.shift();
        if (event !== undefined) yield event;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    },
  };
}
