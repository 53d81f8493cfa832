/** UDP ports that are bound, by the kernel's own table (proc(5)). */
import { readFile } from 'node:fs/promises';

export interface BoundPort {
  readonly port: number;
  /** Of its socket. */
  readonly inode: string;
}

/** @param pid in whose network namespace; this process's own when left out. */
export async function boundUdpPorts(pid: number | 'self' = 'self'): Promise<readonly BoundPort[]> {
  const rows = (await readFile(`/proc/${pid}/net/udp`, 'utf8')).trim().split('\n').slice(1);
  return rows.map((row) => {
    const [, local = '', , , , , , , , inode = ''] = row.trim().split(/\s+/);
    return { port: Number.parseInt(local.slice(local.indexOf(':') + 1), 16), inode };
  });
}
