/** The Debian packages that the floor's peers come from. */
import { runCommand } from './run-command.ts';

export const floorPackages = [
  'debootstrap',
  'sip-tester',
  'baresip-core',
  'chromium',
  'xvfb',
  'xdotool',
  'unzip',
  'tcpdump',
  // what Electron wants of a desktop
  'libgtk-3-0',
  'libnss3',
  'libasound2',
  'libgbm1',
] as const;

/** Those of `names` that this machine does not have. */
export async function missingPackages(names: readonly string[]): Promise<readonly string[]> {
  const answer = await runCommand('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n']);
  const installed = new Set(
    answer
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return names.filter((name) => !installed.has(name));
}

/** Installs what is missing. Throws with the command to type when this person may not. */
export async function installPackages(names: readonly string[]): Promise<void> {
  const missing = await missingPackages(names);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0)
    throw new Error(
      `The floor needs Debian packages that are not here. As root: apt-get install -y ${missing.join(' ')}`,
    );
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  console.log(`floor: installing ${missing.join(' ')}`);
  await runCommand('apt-get', ['update', '-q'], { env });
  await runCommand('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], {
    env,
  });
}
