/** The verdicts of an abuse test: one JSON line a case with its figures, and at the end how many passed. */

/** `pass` is the pass condition of the case; everything beside it is a figure. */
export type Verdict = { readonly pass: boolean } & Readonly<
  Record<string, string | number | boolean | null>
>;

export interface AbuseRun {
  /** A small part of the work, for CI; figures that need the whole are then printed and not judged. */
  readonly short: boolean;
  /** The same seed does the same harm again. */
  readonly seed: number;
  /** Runs one case and prints its verdict. A case that throws has failed; the next one is run all the same. */
  judge(name: string, run: () => Promise<Verdict>): Promise<void>;
}

export type Abuse = (run: AbuseRun) => Promise<void>;

export interface Report {
  readonly judge: AbuseRun['judge'];
  /** Counts a failure outside of any case. */
  fail(): void;
  /** Prints the last line; whether anything failed, or nothing was judged at all. */
  end(): boolean;
}

export function createReport(abuse: string, print: (line: string) => void): Report {
  let passed = 0;
  let failed = 0;
  return {
    async judge(name, run) {
      const began = performance.now();
      const verdict = await run().catch((error: unknown) => ({
        pass: false,
        problem: problemOf(error),
      }));
      if (verdict.pass) passed++;
      else failed++;
      const seconds = (performance.now() - began) / 1000;
      print(JSON.stringify({ abuse, case: name, ...rounded(verdict), seconds: round(seconds) }));
    },
    fail: () => void failed++,
    end() {
      print(`${passed} passed, ${failed} failed`);
      return failed > 0 || passed === 0;
    },
  };
}

function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${error.message}${cause}`.slice(0, 1000);
}

function rounded(verdict: Verdict): Record<string, unknown> {
  const entries = Object.entries(verdict);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === 'number' ? round(value) : value]),
  );
}

const round = (value: number): number => Number(value.toPrecision(4));
