/** The desk of the soak, in either host, on a real Asterisk, over a connection that can be cut. */
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { asteriskFolder } from '../../tools/floor/asterisk-folder.ts';
import { demoCentre, startAsterisk, type Asterisk } from '../floor/support/asterisk.ts';
import { becomeReady, signIn } from '../floor/support/operator.ts';
import { startServer } from '../floor/support/server-process.ts';
import { waitFor } from '../floor/support/wait-for.ts';
import { syllables, writeWav } from '../floor/support/wav.ts';
import { soakInBrowser } from './soak-browser.ts';
import { soakInElectron } from './soak-electron.ts';
import type { SoakHost } from './soak-host.ts';

const repository = join(import.meta.dirname, '..', '..');
const extension = '201';
/** Rings this desk at once, and tells it the project, as a queue does after its prompt. */
export const toTheDesk = '5201';

export interface SoakDesk {
  readonly asterisk: Asterisk;
  readonly page: Page;
  /** Closes the desk's connection to the exchange without a word; settles when it has registered over another. */
  cut(): Promise<void>;
  /** Until a tenth of a second (at 8 kHz) that came from a caller has been played, from now on. */
  hears(): Promise<void>;
  /** What is known of the connections and of the exchange's channels, for a message. */
  told(): Promise<string>;
  memory(): ReturnType<SoakHost['memory']>;
}

/** Signed in, ready and registered. @param stack ends it */
export async function startSoakDesk(
  kind: 'browser' | 'electron',
  folder: string,
  stack: AsyncDisposableStack,
): Promise<SoakDesk> {
  const asterisk = await startAsterisk({
    root: await asteriskFolder(),
    folder: join(folder, 'ast'),
  });
  stack.defer(() => asterisk.stop());
  for (const step of [
    '1,Set(__CENTRALA_QUEUE=internet)',
    '2,Set(__CENTRALA_DIALLED=+38616002010)',
    '3,Set(__CENTRALA_ENTERED=${EPOCH})',
    `4,Dial(PJSIP/${extension},30,b(queue-ring^s^1))`,
  ])
    await asterisk.command(`dialplan add extension ${toTheDesk},${step} into numbers`);
  const wire = await cuttable(asterisk.address);
  stack.defer(() => wire.close());
  const server = await startServer({
    repository,
    folder,
    centre: demoCentre,
    exchange: wire.address,
  });
  stack.defer(() => server.stop());
  const micWav = join(folder, 'microphone.wav');
  await writeWav(micWav, syllables(440, 60));
  const given = { folder, server: server.address, micWav, stack };
  const host = await (kind === 'electron' ? soakInElectron(given) : soakInBrowser(given));
  const { page } = host;
  await signIn(page, 'ana', 'centrala-demo');
  await asterisk.waitForRegistered(extension);
  await becomeReady(page);

  const played = async (): Promise<number> => {
    const parts = (await host.sounding()).map((one) => one.evaluate(() => window.soak?.played()));
    return (await Promise.all(parts)).reduce<number>((sum, one) => sum + (one ?? 0), 0);
  };
  return {
    asterisk,
    page,
    async cut() {
      const before = wire.connections;
      wire.cut();
      await waitFor('the desk connected again', () => wire.connections > before);
      await asterisk.waitForRegistered(extension);
    },
    async hears() {
      const before = await played();
      await waitFor('sound from the caller', async () => (await played()) > before + 800);
    },
    async told() {
      const parts = (await host.sounding()).map((one) => one.evaluate(() => window.soak?.told()));
      const channels = await asterisk.command('pjsip show channelstats');
      return `${(await Promise.all(parts)).join(' ')}\n${channels}`;
    },
    memory: () => host.memory(),
  };
}

/** What connects to it is connected to that address, until it is cut. */
async function cuttable(address: string): Promise<{
  readonly address: string;
  readonly connections: number;
  cut(): void;
  close(): void;
}> {
  const { hostname, port, pathname } = new URL(address);
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    connections++;
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    address: `ws://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
    get connections() {
      return connections;
    },
    cut,
    close() {
      cut();
      server.close();
    },
  };
}
