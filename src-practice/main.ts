/** The practice exchange as a process: reads its settings, says when it is ready, ends when told. */
import { readCentre } from './centre.ts';
import { systemClock } from './clock.ts';
import { createExchange } from './exchange.ts';
import { lineLog } from './log.ts';
import { readSettings } from './settings.ts';
import { startTraffic } from './traffic.ts';
import type { Traffic } from './traffic.ts';

/** The process must be gone this long after it was told to end, in milliseconds. */
const longestEnd = 1800;

async function run(): Promise<void> {
  const settings = readSettings(process.env);
  const centre = readCentre(settings.centre);
  const clock = systemClock();
  const log = lineLog(settings.logLevel, (line) => process.stderr.write(line));
  let traffic: Traffic | null = null;
  const exchange = await createExchange({
    ...centre,
    host: settings.host,
    port: settings.port,
    log,
    clock,
    registered: (_extension, reachable) => {
      if (reachable) traffic?.registered();
    },
    ended: () => traffic?.ended(),
  });
  traffic = startTraffic({
    exchange,
    centre,
    clock,
    random: Math.random,
    first: settings.firstCall,
    pause: settings.pause,
  });

  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    traffic[Symbol.dispose]();
    setTimeout(() => process.exit(0), longestEnd).unref();
    exchange.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  if (settings.endsWithParent) {
    process.stdin.on('end', end).on('close', end).on('error', end);
    process.stdin.resume();
  }
  process.stdout.write(`${JSON.stringify({ ready: true, address: exchange.address })}\n`);
}

/** What went wrong, as a sentence for whoever started the process. */
function sentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : null;
  const port = process.env['CENTRALA_PRACTICE_PORT'] || '8071';
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use: set CENTRALA_PRACTICE_PORT to another one, or to 0 for any free one.`;
  if (code === 'EACCES')
    return `Port ${port} may not be opened by this user: set CENTRALA_PRACTICE_PORT to one above 1023.`;
  return error.message;
}

try {
  await run();
} catch (error) {
  process.stderr.write(`The practice exchange cannot start. ${sentence(error)}\n`);
  process.exit(1);
}
