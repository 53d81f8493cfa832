/** sipp, which plays one call of a scenario written in tests/floor/sipp and ends. */
import { mkdtemp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { inject } from 'vitest';
import { startChild } from './child.ts';
import { freeUdpPort } from './ports.ts';
import { boundUdpPorts } from './udp-table.ts';
import { waitFor } from './wait-for.ts';

interface Sipp extends AsyncDisposable {
  /** Where it listens, on 127.0.0.1. */
  readonly port: number;
  /** Settles with `0` when every step came as it is written, otherwise with what went wrong. */
  readonly outcome: Promise<string>;
}

/** Starts it; it listens when this settles. @param relayPort whom it calls, on 127.0.0.1. */
export async function startSipp(scenario: string, relayPort: number): Promise<Sipp> {
  const folder = await mkdtemp(path.join(inject('floorFolder'), `sipp-${scenario}-`));
  const errors = path.join(folder, 'errors.log');
  const messages = path.join(folder, 'messages.log');
  const port = await freeUdpPort();
  const child = startChild({
    command: 'sipp',
    args: [
      `127.0.0.1:${relayPort}`,
      '-sf',
      path.join(inject('repository'), 'tests/floor/sipp', `${scenario}.xml`),
      '-i',
      '127.0.0.1',
      '-bind_local',
      '-p',
      String(port),
      '-s',
      '201',
      '-m',
      '1',
      '-nostdin',
      '-timeout',
      '60s',
      '-timeout_error',
      '-trace_err',
      '-error_file',
      errors,
      '-trace_msg',
      '-message_file',
      messages,
    ],
    logFile: path.join(folder, 'sipp.log'),
    cwd: folder,
    env: { ...process.env, TERM: 'dumb' },
  });
  const read = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '');
  const outcome = child.ended.then(async (code) =>
    code === 0
      ? '0'
      : [`sipp ended with ${code}`, await read(errors), (await read(messages)).slice(-6000)].join(
          '\n',
        ),
  );
  const told = await Promise.race([
    waitFor(
      'sipp listening',
      async () => (await boundUdpPorts()).some((bound) => bound.port === port) && 'listening',
    ),
    outcome,
  ]);
  if (told !== 'listening' && told !== '0') throw new Error(told);
  return { port, outcome, [Symbol.asyncDispose]: () => child.stop() };
}
