/** Memory of processes, as Linux tells it. */
import { readdirSync, readFileSync } from 'node:fs';

/** The process and all that it has started, itself and through others. */
export function treeOf(pid: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = read(`/proc/${name}/stat`);
    // The name in brackets may hold spaces and brackets.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
    parents.set(Number(name), parent);
  }
  const found = [pid];
  for (const one of found)
    for (const [child, parent] of parents) if (parent === one) found.push(child);
  return found;
}

/** Proportional set size of all together, in MiB: what they share is counted once. */
export function pssMiB(pids: readonly number[]): number {
  return sum(pids, 'Pss');
}

/** The part of it that stands in no file, in MiB: it does not change when another program uses the same files. */
export function anonymousMiB(pids: readonly number[]): number {
  return sum(pids, 'Pss_Anon');
}

function sum(pids: readonly number[], field: 'Pss' | 'Pss_Anon'): number {
  const line = new RegExp(`^${field}:\\s+(\\d+)`, 'm');
  const kib = pids.map((pid) => Number(line.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0));
  return kib.reduce((all, one) => all + one, 0) / 1024;
}

/** Empty for a process that has ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
