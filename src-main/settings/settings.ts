/** Settings from outside: the environment, and an administrator's managed settings file, which wins. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

const logLevels = ['debug', 'info', 'warn', 'error'] as const;

/** The managed file: JSON with any of these keys. Unknown keys are refused, so that a slip is noticed. */
const ManagedSettings = z.strictObject({
  server: z.url({ protocol: /^https?$/ }).optional(),
  data: z.string().min(1).optional(),
  port: z.int().min(0).max(65_535).optional(),
  log: z.enum(logLevels).optional(),
  certificates: z.array(z.string()).optional(),
});

export interface Settings {
  /** Folder of everything the desk stores. */
  readonly dataFolder: string;
  /** Central server, http(s) address; null: the person is asked on the first run. */
  readonly server: string | null;
  /** Loopback port of the browser host; 0 takes any free one. */
  readonly port: number;
  readonly logLevel: (typeof logLevels)[number];
  /** PEM files of private certificate authorities to trust beside the system's. */
  readonly certificates: readonly string[];
}

/** A setting that cannot be used; the message says which, and what it should be. */
export class SettingsError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SettingsError';
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

export function readSettings(environment: Environment, platform: NodeJS.Platform): Settings {
  const managed = readManaged(
    environment['CENTRALA_MANAGED'] ?? managedSettingsFile(environment, platform),
  );
  return {
    dataFolder: managed.data ?? environment['CENTRALA_DATA'] ?? dataFolder(environment, platform),
    server: managed.server ?? address(environment['CENTRALA_SERVER']),
    port: managed.port ?? port(environment['CENTRALA_PORT']),
    logLevel: managed.log ?? level(environment['CENTRALA_LOG']),
    certificates:
      managed.certificates ??
      (environment['CENTRALA_CA'] ?? '').split(platform === 'win32' ? ';' : ':').filter(Boolean),
  };
}

function managedSettingsFile(environment: Environment, platform: NodeJS.Platform): string {
  switch (platform) {
    case 'win32':
      return join(environment['ProgramData'] ?? 'C:\\ProgramData', 'Centrala', 'settings.json');
    case 'darwin':
      return '/Library/Application Support/Centrala/settings.json';
    default:
      return '/etc/centrala/settings.json';
  }
}

function dataFolder(environment: Environment, platform: NodeJS.Platform): string {
  switch (platform) {
    case 'win32':
      return join(environment['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Centrala');
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'Centrala');
    default:
      return join(environment['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'centrala');
  }
}

function readManaged(file: string): z.infer<typeof ManagedSettings> {
  if (!existsSync(file)) return {};
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new SettingsError(`The managed settings file ${file} is not readable JSON.`, { cause });
  }
  const parsed = ManagedSettings.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new SettingsError(`The managed settings file ${file}: ${z.prettifyError(parsed.error)}`);
}

function address(written: string | undefined): string | null {
  if (!written) return null;
  if (URL.canParse(written) && /^https?:/.test(written)) return written.replace(/\/+$/, '');
  throw new SettingsError('CENTRALA_SERVER should be an address such as https://centre.example.');
}

function port(written: string | undefined): number {
  if (!written) return 0;
  const number = Number(written);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new SettingsError('CENTRALA_PORT should be a number from 0 to 65535 (0 takes a free one).');
}

function level(written: string | undefined): Settings['logLevel'] {
  if (!written) return 'info';
  const found = logLevels.find((one) => one === written);
  if (found) return found;
  throw new SettingsError(`CENTRALA_LOG should be one of ${logLevels.join(', ')}.`);
}
