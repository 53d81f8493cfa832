/** A desk as a process of its own: works with a server until a line arrives, lets everything go, and ends by itself. */
import { createDesk } from '../../src-main/desk.ts';
import { FakeVoicePage } from './fake-voice-page.ts';
import { memoryHost, wallClock } from './memory-host.ts';
import { until } from './until.ts';

const say = (facts: object): boolean => process.stdout.write(`${JSON.stringify(facts)}\n`);

async function work(server: string): Promise<void> {
  const memory = memoryHost({ server });
  const host = { ...memory, clock: wallClock };
  const desk = await createDesk(host, {
    dataFolder: '',
    server: null,
    port: 0,
    logLevel: 'debug',
    certificates: [],
  });
  memory.bringVoicePage(new FakeVoicePage().client);
  const handlers = desk.router.session;
  const { call } = await import('@orpc/server');
  await call(handlers.signIn, { username: 'ana', password: 'centrala-demo', ready: true });
  await until('registered', () =>
    memory.log.lines.some(({ facts }) => facts['phase'] === 'registered'),
  );
  say({ up: true });
  process.stdin.once('data', () => {
    const asked = performance.now();
    void desk[Symbol.asyncDispose]().then(() => {
      memory[Symbol.dispose]();
      process.stdin.destroy();
      say({
        disposedAfterMs: Math.round(performance.now() - asked),
        left: process.getActiveResourcesInfo(),
      });
    });
  });
}

await work(process.argv[2] ?? '');
