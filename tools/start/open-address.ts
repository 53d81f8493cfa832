/** Opens an address in the person's browser, where there is a screen to open it on. */
import { spawn } from 'node:child_process';

export function hasScreen(): boolean {
  return (
    process.platform !== 'linux' ||
    Boolean(process.env['DISPLAY']) ||
    Boolean(process.env['WAYLAND_DISPLAY'])
  );
}

export function openAddress(address: string): void {
  if (!hasScreen() || process.env['CI']) return;
  const [program, args] = opener(address);
  const child = spawn(program, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

function opener(address: string): [string, string[]] {
  switch (process.platform) {
    case 'darwin':
      return ['open', [address]];
    case 'win32':
      return ['cmd', ['/c', 'start', '', address]];
    default:
      return ['xdg-open', [address]];
  }
}
