/**
 * A network of its own for a desk: a namespace with one cable to a bridge, on which the exchange and the server are reached.
 * The desk's address can be taken away and changed, and the cable can swallow everything without a word.
 */
import { spawnSync } from 'node:child_process';
import { runCommand } from '../../../tools/floor/run-command.ts';
import { freeSubnet } from './free-subnet.ts';

export interface DeskNetwork extends AsyncDisposable {
  /** Of the namespace, for `ip netns exec`. */
  readonly name: string;
  /** Where the exchange and the server are reached. */
  readonly houseAddress: string;
  /** Takes the desk's address away; nothing can be reached until `newAddress`. */
  loseAddress(): Promise<void>;
  /** Another address than the last one. */
  newAddress(): Promise<void>;
  /** What is sent over UDP from the ports in use now comes nowhere, as when a NAT has forgotten them; undone by `false`. */
  loseUdpPaths(on: boolean): Promise<void>;
  /** A second cable with an address of its own, over which the house is reached as long as it is there; the first one stays. */
  vpn(on: boolean): Promise<void>;
  /** The cable looks plugged, and nothing comes through. */
  swallow(on: boolean): Promise<void>;
}

/** Only root may. */
export async function openDeskNetwork(): Promise<DeskNetwork> {
  // Names of network devices have at most 15 letters.
  const id = process.pid % 100_000;
  const [name, bridge, outside, inside] = [`abuse-${id}`, `abr${id}`, `abo${id}`, `abi${id}`];
  const [tunnel, vpnOutside, vpnInside] = [`abt${id}`, `abv${id}`, `abw${id}`];
  const ip = (...words: readonly string[]) => runCommand('ip', words);
  const within = (...words: readonly string[]) => ip('-n', name, ...words);
  const nft = (...words: readonly string[]) => ip('netns', 'exec', name, 'nft', ...words);
  // Also when the process is told to end: nothing of this may stay on the machine.
  const removeNow = (): void => {
    for (const words of [
      ['netns', 'del', name],
      ['link', 'del', outside],
      ['link', 'del', vpnOutside],
      ['link', 'del', tunnel],
      ['link', 'del', bridge],
    ])
      spawnSync('ip', words, { stdio: 'ignore' });
  };
  const remove = async (): Promise<void> => {
    removeNow();
    process.off('exit', removeNow);
  };
  removeNow();
  const taken = await ip('-4', '-o', 'addr');
  const subnet = freeSubnet(taken, id);
  const vpnSubnet = freeSubnet(`${taken} ${subnet}.`, id);
  let last = 10;
  const add = async (): Promise<void> => {
    await within('addr', 'add', `${subnet}.${last}/24`, 'dev', inside);
    await within('route', 'replace', 'default', 'via', `${subnet}.1`);
  };
  process.once('exit', removeNow);
  try {
    await ip('netns', 'add', name);
    await ip('link', 'add', bridge, 'type', 'bridge');
    await ip('addr', 'add', `${subnet}.1/24`, 'dev', bridge);
    await ip('link', 'set', bridge, 'up');
    // A link of its own, on which the house has no other address than its own: else the exchange would answer from another one
    // than it was asked at, and each side's neighbour table would take one cable for the other.
    await ip('link', 'add', tunnel, 'type', 'bridge');
    await ip('link', 'set', tunnel, 'up');
    const wayBack = [`${vpnSubnet}.0/24`, 'dev', tunnel, 'src', `${subnet}.1`];
    await ip('route', 'add', ...wayBack);
    await ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', inside, 'netns', name);
    await ip('link', 'set', outside, 'master', bridge, 'up');
    await within('link', 'set', 'lo', 'up');
    await within('link', 'set', inside, 'up');
    await add();
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    name,
    houseAddress: `${subnet}.1`,
    loseAddress: async () => {
      await within('addr', 'del', `${subnet}.${last}/24`, 'dev', inside);
    },
    async newAddress() {
      last = last >= 250 ? 10 : last + 1;
      await add();
    },
    async loseUdpPaths(on) {
      if (!on) {
        await nft('delete', 'table', 'inet', 'lost');
        return;
      }
      const sockets = await ip('netns', 'exec', name, 'ss', '-uanH');
      const ports = new Set(
        [...sockets.matchAll(/^\S+\s+\d+\s+\d+\s+\S+:(\d+)\s/gm)].map(([, port]) => port),
      );
      await nft('add', 'table', 'inet', 'lost');
      await nft('add', 'chain', 'inet', 'lost', 'out', '{ type filter hook output priority 0; }');
      await nft(
        'add',
        'rule',
        'inet',
        'lost',
        'out',
        'udp',
        'sport',
        `{ ${[...ports].join(', ')} }`,
        'drop',
      );
    },
    async vpn(on) {
      if (!on) return void (await ip('link', 'del', vpnOutside));
      await ip('link', 'add', vpnOutside, 'type', 'veth', 'peer', 'name', vpnInside, 'netns', name);
      await ip('link', 'set', vpnOutside, 'master', tunnel, 'up');
      await within('addr', 'add', `${vpnSubnet}.10/24`, 'dev', vpnInside);
      await within('link', 'set', vpnInside, 'up');
      await within('route', 'add', `${subnet}.1/32`, 'dev', vpnInside);
      return undefined;
    },
    // A bridge port that is disabled (0) forwards nothing, and the cable keeps its carrier; 3 forwards.
    swallow: async (on) => {
      await runCommand('bridge', ['link', 'set', 'dev', outside, 'state', on ? '0' : '3']);
    },
    [Symbol.asyncDispose]: remove,
  };
}
