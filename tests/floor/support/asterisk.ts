/** A real Asterisk for one test file: deploy/asterisk as it stands, with a site of its own. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { asteriskCommand } from '../../../tools/floor/asterisk-folder.ts';
import { openAmi, type Ami } from './ami.ts';
import { startChild, type Child } from './child.ts';
import { freePortRange, freeTcpPort, freeUdpPort } from './ports.ts';
import { waitFor } from './wait-for.ts';

export interface OperatorLine {
  readonly extension: string;
  readonly secret: string;
  readonly name: string;
  /** Digest algorithms offered, best first; those of deploy/asterisk when left out. */
  readonly digests?: string;
}

export interface AsteriskOptions {
  /** The unpacked system (tools/floor/asterisk-folder.ts). */
  readonly root: string;
  /** Configuration, logs and state of this one; short, because a socket lives below it. */
  readonly folder: string;
  readonly operators?: readonly OperatorLine[];
  /** A queue's name → who is in it; each queue has the number that `numbers` gives it. */
  readonly queues?: Readonly<Record<string, readonly string[]>>;
  /** E.164 number → queue. */
  readonly numbers?: Readonly<Record<string, string>>;
}

export interface Asterisk {
  /** ws://127.0.0.1:…/ws */
  readonly address: string;
  readonly sipPort: number;
  readonly amiPort: number;
  readonly amiUser: string;
  readonly amiSecret: string;
  /** Calls into the city arrive on this UDP port of 127.0.0.1: start a city caller there to take them. */
  readonly cityPort: number;
  readonly operators: readonly OperatorLine[];
  /** The manager connection of the process that runs now. */
  readonly ami: Ami;
  readonly logFolder: string;
  /** What the console prints. */
  command(line: string): Promise<string>;
  /** Until this many lines (default: this one's) are registered. */
  waitForRegistered(extension: string, withinMs?: number): Promise<void>;
  /** Channels that are up or ringing. */
  channels(): Promise<readonly string[]>;
  stop(): Promise<void>;
  kill(): Promise<void>;
  /** Starts again on the same ports after `stop` or `kill`; stops first when it runs. */
  restart(): Promise<void>;
}

const repository = path.resolve(import.meta.dirname, '../../..');

export const demoOperators: readonly OperatorLine[] = [
  { extension: '201', secret: 'floor-201', name: 'Ana Kovač' },
  { extension: '202', secret: 'floor-202', name: 'Borut Zupan' },
  { extension: '210', secret: 'floor-210', name: 'Vida Hribar' },
];

const demoQueues = {
  internet: ['201', '202'],
  bank: ['201', '202'],
  taxi: ['201', '202'],
  mobilni: ['201', '202'],
};

export const demoNumbers = {
  '+38618000101': 'internet',
  '+38618000102': 'bank',
  '+38618000103': 'taxi',
  '+38618000104': 'mobilni',
};

/** Starts it and waits until it says that it is fully booted. Throws with its log when it ends before. */
export async function startAsterisk(options: AsteriskOptions): Promise<Asterisk> {
  const { root, folder } = options;
  const operators = options.operators ?? demoOperators;
  const queues = options.queues ?? demoQueues;
  const numbers = options.numbers ?? demoNumbers;
  const httpPort = await freeTcpPort();
  const amiPort = await freeTcpPort();
  const sipPort = await freeUdpPort();
  const cityPort = await freeUdpPort();
  const rtpStart = await freePortRange(200);
  const amiUser = 'centrala';
  const amiSecret = 'floor-ami';

  const conf = path.join(folder, 'etc');
  const logFolder = path.join(folder, 'log');
  await cp(path.join(repository, 'deploy/asterisk'), conf, { recursive: true });
  for (const name of ['lib', 'spool', 'run', 'log', 'cache'])
    await mkdir(path.join(folder, name), { recursive: true });
  await cp(path.join(root, 'var/lib/asterisk'), path.join(folder, 'lib'), { recursive: true });
  const site = (name: string, text: string) => writeFile(path.join(conf, 'site', name), text);
  await writeFile(path.join(conf, 'asterisk.conf'), asteriskConf(root, folder, conf));
  await site('http.conf', `bindaddr = 127.0.0.1\nbindport = ${httpPort}\n`);
  await site('rtp.conf', `rtpstart = ${rtpStart}\nrtpend = ${rtpStart + 199}\n`);
  await site('manager.conf', managerSite(amiPort, amiUser, amiSecret));
  await site(
    'musiconhold.conf',
    `[default]\nmode = files\ndirectory = ${path.join(conf, 'music')}\n`,
  );
  await site(
    'globals.conf',
    `SOUNDS=${path.join(conf, 'sounds')}\nCITY=city-line\nOUTSIDE_PREFIX=\n`,
  );
  await site(
    'pjsip.conf',
    `[city]\ntype = transport\nprotocol = udp\nbind = 127.0.0.1:${sipPort}\n`,
  );
  await site('pjsip_wizard.conf', linesSite(operators, cityPort));
  await site('queues.conf', queuesSite(queues, operators));
  await site('numbers.conf', numbersSite(numbers));

  let child: Child | undefined;
  let ami: Ami | undefined;

  async function start(): Promise<void> {
    const [command, args] = asteriskCommand(root, ['-C', path.join(conf, 'asterisk.conf'), '-f']);
    const started = startChild({ command, args, logFile: path.join(logFolder, 'console.log') });
    child = started;
    // Connecting is refused until its manager listens; then it tells by itself when all is loaded.
    ami = await waitFor(
      'the manager port of Asterisk',
      async () => {
        if (!started.isUp) throw new Error(`Asterisk has ended\n${await started.lastWords()}`);
        return openAmi(amiPort, amiUser, amiSecret);
      },
      60_000,
    );
    await ami.waitForEvent('Asterisk fully booted', (event) => event['Event'] === 'FullyBooted', {
      withinMs: 60_000,
    });
  }

  async function end(how: 'stop' | 'kill'): Promise<void> {
    ami?.close();
    await (how === 'stop' ? child?.stop(10_000) : child?.kill());
  }

  await start();
  const running = (): Ami => {
    if (!ami) throw new Error('Asterisk has not been started');
    return ami;
  };
  return {
    address: `ws://127.0.0.1:${httpPort}/ws`,
    sipPort,
    amiPort,
    amiUser,
    amiSecret,
    cityPort,
    operators,
    logFolder,
    get ami() {
      return running();
    },
    command: (line) => running().command(line),
    async waitForRegistered(extension, withinMs = 30_000) {
      await waitFor(
        `line ${extension} registered`,
        async () => (await running().command('pjsip show contacts')).includes(` ${extension}/`),
        withinMs,
      );
    },
    async channels() {
      const text = await running().command('core show channels concise');
      return text.split('\n').filter((line) => line.includes('!'));
    },
    stop: () => end('stop'),
    kill: () => end('kill'),
    async restart() {
      if (child?.isUp) await end('stop');
      await start();
    },
  };
}

function asteriskConf(root: string, folder: string, conf: string): string {
  const inside = (name: string) => path.join(folder, name);
  return `[directories]
astetcdir => ${conf}
astmoddir => ${path.join(root, 'usr/lib/x86_64-linux-gnu/asterisk/modules')}
astvarlibdir => ${inside('lib')}
astdbdir => ${inside('lib')}
astkeydir => ${inside('lib')}
astdatadir => ${path.join(root, 'usr/share/asterisk')}
astagidir => ${inside('lib')}
astspooldir => ${inside('spool')}
astrundir => ${inside('run')}
astlogdir => ${inside('log')}
astcachedir => ${inside('cache')}
astsbindir => ${path.join(root, 'usr/sbin')}
[options]
verbose = 4
`;
}

function managerSite(port: number, user: string, secret: string): string {
  return `bindaddr = 127.0.0.1
port = ${port}
[${user}]
secret = ${secret}
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
read = all
write = all
writetimeout = 1000
`;
}

function linesSite(operators: readonly OperatorLine[], cityPort: number): string {
  const lines = operators.map(
    ({ extension, secret, name, digests }) => `[${extension}](operator)
inbound_auth/username = ${extension}
inbound_auth/password = ${secret}
endpoint/callerid = ${name} <${extension}>
${digests === undefined ? '' : `inbound_auth/supported_algorithms_uas = ${digests}\n`}`,
  );
  return `[city-line](city)\nremote_hosts = 127.0.0.1\ncontact_pattern = sip:\${REMOTE_HOST}:${cityPort}\n\n${lines.join('\n')}`;
}

function queuesSite(
  queues: Readonly<Record<string, readonly string[]>>,
  operators: readonly OperatorLine[],
): string {
  const nameOf = (extension: string) =>
    operators.find((one) => one.extension === extension)?.name ?? extension;
  const member = (extension: string) =>
    `member => PJSIP/${extension},0,${nameOf(extension)},PJSIP/${extension}\n`;
  return Object.entries(queues)
    .map(([queue, members]) => `[${queue}](project)\n${members.map(member).join('')}`)
    .join('\n');
}

function numbersSite(numbers: Readonly<Record<string, string>>): string {
  const ways = Object.entries(numbers).map(
    ([number, queue]) => `exten => ${number},1,Gosub(queue-call,s,1(${queue},\${EXTEN}))\n`,
  );
  return `${ways.join('')}exten => 600,1,Goto(services,600,1)\nexten => 603,1,Goto(services,603,1)\n`;
}
