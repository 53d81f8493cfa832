/** The whole of Centrala in a folder of its own: practice exchange, server and browser desk, with calls at our word. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCentre } from '../../src-practice/centre.ts';
import { createExchange, type Exchange } from '../../src-practice/exchange.ts';
import { lineLog } from '../../src-practice/log.ts';
import { startChild } from '../start/child.ts';

const root = join(import.meta.dirname, '..', '..');
const centre = join(root, 'assets', 'centres', 'demo.yaml');

export interface House extends AsyncDisposable {
  /** Where the desk can be opened. */
  readonly desk: string;
  readonly exchange: Exchange;
}

/** @param folder Takes all data and logs. Errors: ChildFailed; Error where the pages cannot be built. */
export async function startHouse(folder: string): Promise<House> {
  const built = spawnSync(
    process.execPath,
    [join(root, 'tools', 'build.ts'), '--pages', '--if-needed'],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (built.status !== 0) throw new Error('The pages could not be built.');
  const deskFolder = join(folder, 'desk');
  mkdirSync(deskFolder, { recursive: true });
  writeFileSync(
    join(deskFolder, 'preferences.json'),
    JSON.stringify({ language: 'en', theme: 'light' }),
  );
  const exchange = await createExchange({
    ...readCentre(centre),
    host: '127.0.0.1',
    port: 0,
    log: lineLog('error', (line) => process.stderr.write(line)),
  });
  const stack = new AsyncDisposableStack();
  stack.defer(() => exchange.close());
  const start = async (
    name: string,
    main: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<string> => {
    const child = await startChild({
      name,
      program: process.execPath,
      args: [join(root, main)],
      environment,
      logFile: join(folder, 'children.log'),
    });
    stack.defer(() => child.stop(3_000));
    return child.address;
  };
  try {
    const server = await start('The central server', 'src-server/main.ts', {
      CENTRALA_CENTRE: centre,
      CENTRALA_EXCHANGE: exchange.address,
      CENTRALA_SERVER_PORT: '0',
      CENTRALA_SERVER_DATA: join(folder, 'server'),
    });
    const desk = await start('The desk', 'src-main/node-host/main.ts', {
      CENTRALA_DATA: deskFolder,
      CENTRALA_SERVER: server,
      CENTRALA_PORT: '0',
    });
    return { desk, exchange, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}
