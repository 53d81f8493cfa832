/** Finds the inputs that take too long, by the processor's time: whatever else the machine does is not theirs. */

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
    const began = cpuMs();
    try {
      act(input);
    } catch {
      // It has thrown before.
    }
    return cpuMs() - began;
  };
  return {
    get found() {
      return { slow, slowestMs };
    },
    run(input) {
      const began = cpuMs();
      try {
        act(input);
      } finally {
        let ms = cpuMs() - began;
        // A collection of garbage that falls into one is not the input's either.
        for (let turn = 0; turn < 3 && ms > limitMs; turn++) ms = Math.min(ms, timed(input));
        if (ms > limitMs) {
          slow++;
          process.stderr.write(`${ms.toFixed(0)} ms: ${JSON.stringify(input.slice(0, 2000))}\n`);
        }
        slowestMs = Math.max(slowestMs, ms);
      }
    },
  };
}

/** Of this thread, in milliseconds. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
