/**
 * `npm start`: the central server, the practice exchange and the desk together. CENTRALA_SERVER set: the desk alone, on
 * that server. Every setting is in docs/running.md.
 */
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { ChildFailed, startChild, type Child } from './start/child.ts';
import { electronBinary } from './start/electron-binary.ts';
import { hasScreen, openAddress } from './start/open-address.ts';
import { forgetStart, recordStart, runningStart } from './start/start-record.ts';

const root = join(import.meta.dirname, '..');
const demoCentre = join(root, 'assets', 'centres', 'demo.yaml');
/** Everything is gone within this many milliseconds of Ctrl+C. */
const patience = 2_500;

class Sentence extends Error {}

const children: Child[] = [];
let desk: Child | null = null;
let stopping = false;

async function main(): Promise<void> {
  const wish = process.env['CENTRALA_HOST'] ?? '';
  if (!['', 'electron', 'browser'].includes(wish))
    throw new Sentence('CENTRALA_HOST should be "electron" or "browser".');
  const data = resolve(process.env['CENTRALA_DATA'] ?? join(root, '.centrala'));
  makeFolder(data);
  const running = runningStart(data);
  if (running) {
    say(`Centrala is already running: ${running.desk}`);
    if (running.host === 'browser') openAddress(running.desk);
    else runElectron(data, running.server);
    return;
  }
  process.on('SIGINT', () => void stop(data, 0));
  process.on('SIGTERM', () => void stop(data, 0));
  const logs = join(data, 'logs');
  mkdirSync(logs, { recursive: true });

  const given = process.env['CENTRALA_SERVER'];
  say(given ? 'Starting the desk …' : 'Starting the server, the practice exchange and the desk …');
  const built = buildPages();
  const centre = given ? null : await startCentre(data, logs);
  const server = given ?? centre?.server ?? '';
  await built;
  const host = chooseHost(wish);
  const started =
    host.kind === 'electron'
      ? await startElectronDesk(host.program, data, logs, server)
      : await startBrowserDesk(data, logs, server);
  recordStart(data, {
    pid: process.pid,
    desk: started.address,
    server: server || null,
    exchange: centre?.exchange ?? null,
    host: host.kind,
  });
  say('');
  if (centre) {
    say(`  central server     ${centre.server}   (API: ${centre.server}/api)`);
    say(`  practice exchange  ${centre.exchange}`);
  }
  say(
    host.kind === 'electron'
      ? '  desk               its own window'
      : `  desk               ${started.address}`,
  );
  if (centre) say('  sign in            ana   password: centrala-demo');
  say('');
  say(
    centre
      ? 'A simulated customer rings within a minute of signing in. Ctrl+C stops everything.'
      : 'Ctrl+C stops the desk.',
  );
  if (host.kind === 'browser') openAddress(started.address);
  desk = started;
  void started.ended.then((code) => stop(data, code));
}

function chooseHost(wish: string): { kind: 'electron'; program: string } | { kind: 'browser' } {
  if (wish === 'browser') return { kind: 'browser' };
  if (wish === '' && !hasScreen()) {
    say('There is no screen for a window here, so the desk runs in a browser.');
    return { kind: 'browser' };
  }
  const program = electronBinary(root, true);
  if (program) return { kind: 'electron', program };
  if (wish === 'electron')
    throw new Sentence(
      'The Electron program is not here and could not be fetched. Start with CENTRALA_HOST=browser, or set CENTRALA_ELECTRON to an Electron program.',
    );
  say('The Electron program could not be fetched here, so the desk runs in a browser.');
  return { kind: 'browser' };
}

async function startCentre(
  data: string,
  logs: string,
): Promise<{ server: string; exchange: string }> {
  const centre = process.env['CENTRALA_CENTRE'] ?? demoCentre;
  const practice = await beginAndKeep(
    {
      name: 'The practice exchange',
      program: process.execPath,
      args: [join(root, 'src-practice', 'main.ts')],
      environment: {
        CENTRALA_CENTRE: centre,
        CENTRALA_PRACTICE_PORT: await portFor('CENTRALA_PRACTICE_PORT', 8071),
      },
      logFile: join(logs, 'practice.log'),
    },
    'CENTRALA_PRACTICE_PORT',
  );
  const server = await beginAndKeep(
    {
      name: 'The central server',
      program: process.execPath,
      args: [join(root, 'src-server', 'main.ts')],
      environment: {
        CENTRALA_CENTRE: centre,
        CENTRALA_EXCHANGE: practice.address,
        CENTRALA_SERVER_PORT: await portFor('CENTRALA_SERVER_PORT', 8070),
        CENTRALA_SERVER_DATA: join(data, 'server'),
      },
      logFile: join(logs, 'server.log'),
    },
    'CENTRALA_SERVER_PORT',
  );
  return { server: server.address, exchange: practice.address };
}

function startBrowserDesk(data: string, logs: string, server: string): Promise<Child> {
  return begin({
    name: 'The desk',
    program: process.execPath,
    args: [join(root, 'src-main', 'node-host', 'main.ts')],
    environment: { CENTRALA_DATA: join(data, 'desk'), CENTRALA_SERVER: server },
    logFile: join(logs, 'desk.out.log'),
  });
}

function startElectronDesk(
  program: string,
  data: string,
  logs: string,
  server: string,
): Promise<Child> {
  const asRoot = process.getuid?.() === 0;
  return begin({
    name: 'The desk',
    program,
    args: [...(asRoot ? ['--no-sandbox'] : []), root],
    environment: { CENTRALA_DATA: join(data, 'desk'), CENTRALA_SERVER: server },
    logFile: join(logs, 'desk.out.log'),
  });
}

/** A second start in Electron: the first instance hears of it and shows its window. */
function runElectron(data: string, server: string | null): void {
  const program = electronBinary(root, false);
  if (!program) return;
  const asRoot = process.getuid?.() === 0;
  spawnSync(program, [...(asRoot ? ['--no-sandbox'] : []), root], {
    stdio: 'ignore',
    timeout: 10_000,
    env: { ...process.env, CENTRALA_DATA: join(data, 'desk'), CENTRALA_SERVER: server ?? '' },
  });
}

type Program = Parameters<typeof startChild>[0];

async function begin(program: Program): Promise<Child> {
  const child = await startChild(program).catch((error: unknown) => {
    throw error instanceof ChildFailed ? new Sentence(`${program.name}: ${error.message}`) : error;
  });
  children.push(child);
  return child;
}

/** A server that ends by itself must not take the desk and its call along: it is started again where it was. */
async function beginAndKeep(program: Program, portVariable: string): Promise<Child> {
  const child = await begin(program);
  const again = {
    ...program,
    environment: { ...program.environment, [portVariable]: new URL(child.address).port },
  };
  void child.ended.then(() => {
    children.splice(children.indexOf(child), 1);
    if (stopping) return;
    say(`${program.name} ended; starting it again. The desk goes on.`);
    beginAndKeep(again, portVariable).catch((error: unknown) =>
      say(error instanceof Error ? error.message : String(error)),
    );
  });
  return child;
}

/** Runs beside the server's start: the machine has more than one core. */
async function buildPages(): Promise<void> {
  const wanted = process.env['CENTRALA_HOST'] === 'browser' ? ['--pages'] : [];
  const build = spawn(
    process.execPath,
    [join(root, 'tools', 'build.ts'), '--if-needed', ...wanted],
    { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  build.stderr.on('data', (data: Buffer) => {
    said += data.toString();
  });
  const code = await new Promise<number | null>((resolve) => build.once('close', resolve));
  if (code !== 0) throw new Sentence(`The pages could not be built: ${said}`);
}

/** A port the person chose is used as it is; our own choice gives way to any free one. */
async function portFor(variable: string, usual: number): Promise<string> {
  const chosen = process.env[variable];
  if (chosen) return chosen;
  const free = await new Promise<boolean>((settle) => {
    const probe = createServer();
    probe.once('error', () => settle(false));
    probe.listen(usual, '127.0.0.1', () => probe.close(() => settle(true)));
  });
  return free ? String(usual) : '0';
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch {
    throw new Sentence(
      `Centrala may not write to ${folder}. Set CENTRALA_DATA to a folder of your own.`,
    );
  }
}

async function stop(data: string, code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  const asked = Date.now();
  const left = (): number => Math.max(300, patience - (Date.now() - asked));
  // The desk first, so that it can say goodbye to the exchange and push what waits.
  await desk?.stop(patience);
  await Promise.all(children.map((child) => child.stop(left())));
  forgetStart(data);
  process.exit(code);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch(async (error: unknown) => {
  process.stderr.write(`${error instanceof Sentence ? error.message : String(error)}\n`);
  await Promise.all(children.map((child) => child.stop(1_000)));
  process.exit(1);
});
