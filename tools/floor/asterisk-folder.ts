/** Asterisk 22 from Debian sid, unpacked into the cache; it runs through its own loader, no chroot needed. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { cached } from './cache-folder.ts';
import { runCommand } from './run-command.ts';

/** The root of the unpacked system. Takes about a minute and 500 MB the first time; only root can make it. */
export function asteriskFolder(): Promise<string> {
  return cached('asterisk-sid', async (folder) => {
    if (process.getuid?.() !== 0)
      throw new Error('Asterisk is not in the cache yet: run "npm run floor" once as root.');
    console.log('floor: fetching Asterisk 22 from Debian sid (once a machine, about a minute)');
    const mirror = process.env['CENTRALA_DEBIAN_MIRROR'];
    await runCommand('debootstrap', [
      '--variant=minbase',
      '--include=asterisk,asterisk-modules',
      // Debian 12's keyring may be older than sid's key; nothing from here reaches the product.
      '--no-check-gpg',
      'sid',
      folder,
      ...(mirror ? [mirror] : []),
    ]);
    await rm(path.join(folder, 'var/cache/apt'), { recursive: true, force: true });
    const version = await runCommand(...asteriskCommand(folder, ['-V']));
    if (!version.startsWith('Asterisk 22'))
      throw new Error(`Debian sid brought ${version.trim()}, and the floor wants Asterisk 22.`);
  });
}

/** The program and its arguments that run this Asterisk through its own loader and libraries. */
export function asteriskCommand(root: string, args: readonly string[]): [string, string[]] {
  const libraries = ['usr/lib/x86_64-linux-gnu', 'usr/lib'].map((folder) =>
    path.join(root, folder),
  );
  const loader = path.join(root, 'lib64/ld-linux-x86-64.so.2');
  return [
    loader,
    ['--library-path', libraries.join(':'), path.join(root, 'usr/sbin/asterisk'), ...args],
  ];
}
