/** Finds the inputs that take too long; a stall of the machine is told from a slow input by asking again. */

export interface Slowest {
  /** Inputs that took longer than the limit each time. */
  readonly slow: number;
  readonly slowestMs: number;
}

export interface Watch {
  readonly found: Slowest;
  /** Throws what `act` throws, the first time. */
  run(input: string): void;
}

export function slowest(limitMs: number, act: (input: string) => void): Watch {
  let slow = 0;
  let slowestMs = 0;
  const timed = (input: string): number => {
    const began = performance.now();
    act(input);
    return performance.now() - began;
  };
  const again = (input: string): number => {
    try {
      return timed(input);
    } catch {
      return 0;
    }
  };
  return {
    get found() {
      return { slow, slowestMs };
    },
    run(input) {
      const began = performance.now();
      try {
        act(input);
      } finally {
        let ms = performance.now() - began;
        for (let turn = 0; turn < 3 && ms > limitMs; turn++) ms = Math.min(ms, again(input));
        if (ms > limitMs) {
          slow++;
          process.stderr.write(`${ms.toFixed(0)} ms: ${JSON.stringify(input.slice(0, 2000))}\n`);
        }
        slowestMs = Math.max(slowestMs, ms);
      }
    },
  };
}
