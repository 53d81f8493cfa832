/** What a floor test of calls stands on: one Asterisk, one central server, and folders of their own. */
import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { demoCentre, startAsterisk, type Asterisk, type AsteriskOptions } from './asterisk.ts';
import { startCityCaller, type CityCaller, type CityCallerOptions } from './city-caller.ts';
import { startLedDesk, type LedDesk } from './led-desk.ts';
import { startServer } from './server-process.ts';
import type { Service } from './service.ts';
import { waitFor } from './wait-for.ts';

/** What each of them says, in hertz; none is a multiple of another, nor near the music (494) or Asterisk's tone (1004). */
export const ana = { username: 'ana', extension: '201', toneHz: 440 } as const;
export const bor = { username: 'bor', extension: '202', toneHz: 620 } as const;
export const customerHz = 700;
export const secondHz = 1250;
export const colleagueHz = 850;
/** Asterisk's music while somebody waits or is held. */
export const musicHz = 494;

/** Where the peers are, and a folder for everything. */
export interface HouseGear {
  readonly repository: string;
  readonly asteriskRoot: string;
  readonly chromium: string;
  readonly folder: string;
}

export interface House extends AsyncDisposable {
  readonly asterisk: Asterisk;
  readonly server: Service;
  folder(name: string): Promise<string>;
  desk(who: {
    readonly username: string;
    readonly extension: string;
    readonly toneHz: number;
  }): Promise<LedDesk>;
  /** Somebody with a telephone: in the city, or a colleague on a desk telephone. */
  telephone(
    options: Pick<CityCallerOptions, 'number' | 'toneHz' | 'port' | 'answers'>,
  ): Promise<CityCaller>;
  /** Nothing is up any more at the exchange. */
  quiet(): Promise<void>;
}

export async function openHouse(
  gear: HouseGear,
  options: Omit<AsteriskOptions, 'root' | 'folder'> & {
    /** What desks are told instead of Asterisk's own address, given that. */
    readonly exchange?: (address: string) => Promise<string>;
    /** PostgreSQL of the server; its embedded base when left out. */
    readonly databaseUrl?: string;
  } = {},
): Promise<House> {
  await using starting = new AsyncDisposableStack();
  const folder = (name: string) => mkdtemp(path.join(gear.folder, `${name}-`));
  const { repository, chromium } = gear;
  const asterisk = await startAsterisk({
    ...options,
    root: gear.asteriskRoot,
    folder: await folder('ast'),
  });
  starting.defer(() => asterisk.stop());
  const server = await startServer({
    repository,
    folder: await folder('server'),
    centre: options.centre ?? demoCentre,
    ...(options.databaseUrl !== undefined && { databaseUrl: options.databaseUrl }),
    ...(options.address !== undefined && { host: options.address }),
    exchange: (await options.exchange?.(asterisk.address)) ?? asterisk.address,
  });
  starting.defer(() => server.stop());
  const stack = starting.move();
  return {
    asterisk,
    server,
    folder,
    async desk({ username, extension, toneHz }) {
      const led = await startLedDesk({
        repository,
        folder: await folder(username),
        server: server.address,
        chromium,
        username,
        toneHz,
      });
      stack.use(led);
      await asterisk.waitForRegistered(extension);
      return led;
    },
    async telephone(telephone) {
      const started = await startCityCaller({
        ...telephone,
        folder: await folder('telephone'),
        exchangePort: asterisk.sipPort,
      });
      stack.defer(() => started.stop());
      return started;
    },
    quiet: async () => {
      await waitFor('all channels gone', async () => (await asterisk.channels()).length === 0);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
