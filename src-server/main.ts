/** The central server as a process: reads the environment, says when it is ready, ends cleanly. */
import { readConfiguration } from './configuration.ts';
import { createLog, errorFacts } from './log.ts';
import { createServer } from './server.ts';
import { StartProblem } from './start-problem.ts';

/** Whoever ends us waits no longer; what is not closed by then is ended as it is. */
const longestClosingMs = 1_800;

async function run(): Promise<void> {
  const { logLevel, endsWithParent, ...options } = readConfiguration(process.env);
  const log = createLog(logLevel);
  const asked = endAsked(endsWithParent);
  // Asked to end while still starting: nothing waits for us; the base stands it like a power cut.
  const impatience = asked.then(() => setTimeout(() => process.exit(0), longestClosingMs));
  const server = await createServer({ ...options, log });
  process.stdout.write(`${JSON.stringify({ ready: true, address: server.address })}\n`);
  await impatience;
  log.info({}, 'the central server closes');
  await server.close();
  process.exit(0);
}

/** Settles when the process is asked to end. */
function endAsked(withParent: boolean): Promise<void> {
  return new Promise((resolve) => {
    process.on('SIGTERM', () => resolve());
    process.on('SIGINT', () => resolve());
    if (!withParent) return;
    process.stdin.on('end', () => resolve());
    process.stdin.on('error', () => resolve());
    process.stdin.resume();
  });
}

run().catch((error: unknown) => {
  if (error instanceof StartProblem) process.stderr.write(`${error.message}\n`);
  else
    process.stderr.write(
      `The central server cannot start: ${JSON.stringify(errorFacts(error))}\n` +
        'Set CENTRALA_LOG=debug and start it again to see more.\n',
    );
  process.exit(1);
});
