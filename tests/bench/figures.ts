/** What every bench prints: percentiles of ours and of a peer measured in turn with us. */

export interface Side {
  readonly name: string;
  run(at: number): unknown;
}

export interface Figures {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Milliseconds of each run, ours and each peer's by turns, over the same inputs. */
export function alternating(
  count: number,
  ours: (at: number) => unknown,
  peers: readonly Side[],
): { readonly ours: Figures; readonly peers: readonly (Figures & { readonly name: string })[] } {
  const own: number[] = [];
  const other = peers.map(() => [] as number[]);
  for (let at = 0; at < count; at++) {
    own.push(timed(() => ours(at)));
    for (const [index, peer] of peers.entries()) other[index]?.push(timed(() => peer.run(at)));
  }
  return {
    ours: percentiles(own),
    peers: peers.map((peer, index) => ({ name: peer.name, ...percentiles(other[index] ?? []) })),
  };
}

export function timed(run: () => unknown): number {
  const began = performance.now();
  run();
  return performance.now() - began;
}

export function percentiles(samples: readonly number[]): Figures {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

export function print(line: Readonly<Record<string, string | number>>): void {
  const rounded = Object.entries(line).map(([name, value]) => [
    name,
    typeof value === 'number' ? Number(value.toPrecision(4)) : value,
  ]);
  process.stdout.write(`${JSON.stringify(Object.fromEntries(rounded))}\n`);
}
