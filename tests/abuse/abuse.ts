/** npm run abuse -- NAME [--short] [--seed N]: does harm to the desk, prints one JSON line a case and "N passed, N failed". */
import { parseArgs } from 'node:util';
import { flood } from './flood.ts';
import { fuzz } from './fuzz.ts';
import { networkChange } from './network-change.ts';
import { pbxFailure } from './pbx-failure.ts';
import { processKill } from './process-kill.ts';
import { createReport, type Abuse } from './support/report.ts';
import { torture } from './torture.ts';

const suites: Readonly<Record<string, Abuse>> = {
  torture,
  fuzz,
  flood,
  'network-change': networkChange,
  'pbx-failure': pbxFailure,
  'process-kill': processKill,
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { short: { type: 'boolean', default: false }, seed: { type: 'string' } },
  });
  const name = positionals[0] ?? '';
  const suite = suites[name];
  const seed = Number(values.seed ?? 20_261_123);
  if (!suite || !Number.isSafeInteger(seed)) {
    const names = Object.keys(suites).join(' | ');
    process.stderr.write(`npm run abuse -- ${names} [--short] [--seed N]\n`);
    process.exitCode = 1;
    return;
  }
  // What must not stay on the machine is removed on "exit".
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const report = createReport(name, (line) => process.stdout.write(`${line}\n`));
  try {
    await suite({ short: values.short, seed, judge: report.judge });
  } catch (error) {
    // Outside of every case: what the test itself stands on is not there.
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    report.fail();
  }
  const failed = report.end();
  // A native library that leaves by itself, or a peer that does not let go, must not hold the verdict up.
  process.exit(failed ? 1 : 0);
}

await main();
