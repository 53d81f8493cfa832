/** Which timers of this process have neither run nor been cleared: those of the runner itself are not among them. */
export interface TimersLeft extends Disposable {
  /** What they wait for, milliseconds. */
  readonly waits: readonly number[];
}

export function watchTimers(): TimersLeft {
  const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis;
  const left = new Map<unknown, number>();
  const once = (run: (...given: unknown[]) => void, ms = 0, ...given: unknown[]): unknown => {
    const timer = setTimeout(() => {
      left.delete(timer);
      run(...given);
    }, ms);
    left.set(timer, ms);
    return timer;
  };
  const ever = (run: (...given: unknown[]) => void, ms = 0, ...given: unknown[]): unknown => {
    const timer = setInterval(() => run(...given), ms);
    left.set(timer, ms);
    return timer;
  };
  const clear = (timer: NodeJS.Timeout | undefined): void => {
    left.delete(timer);
    clearTimeout(timer);
  };
  Object.assign(globalThis, {
    setTimeout: once,
    setInterval: ever,
    clearTimeout: clear,
    clearInterval: clear,
  });
  return {
    get waits() {
      return [...left.values()];
    },
    [Symbol.dispose]: () =>
      void Object.assign(globalThis, { setTimeout, setInterval, clearTimeout, clearInterval }),
  };
}
