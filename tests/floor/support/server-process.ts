/** The central server as it runs in a centre: a process of its own on a real PostgreSQL, on one fixed port. */
import path from 'node:path';
import { freeTcpPort } from './ports.ts';
import { startService, type Service } from './service.ts';

export interface ServerOptions {
  readonly repository: string;
  /** Its log and whatever it stores beside the database. */
  readonly folder: string;
  /** PostgreSQL; the embedded base when left out. */
  readonly databaseUrl?: string;
  /** Centre file loaded at its first start. */
  readonly centre: string;
  /** The address it listens on; 127.0.0.1 when left out. */
  readonly host?: string;
  /** ws:// address of the exchange that the desks are sent to. */
  readonly exchange: string;
}

export async function startServer(options: ServerOptions): Promise<Service> {
  return startService({
    program: 'src-server/main.ts',
    repository: options.repository,
    logFile: path.join(options.folder, 'server.log'),
    env: {
      DATABASE_URL: options.databaseUrl ?? '',
      CENTRALA_CENTRE: options.centre,
      CENTRALA_EXCHANGE: options.exchange,
      CENTRALA_SERVER_HOST: options.host ?? '127.0.0.1',
      CENTRALA_SERVER_PORT: String(await freeTcpPort()),
      CENTRALA_SERVER_DATA: path.join(options.folder, 'server'),
    },
  });
}
