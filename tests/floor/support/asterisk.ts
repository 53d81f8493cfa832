/** A real Asterisk for one test file: deploy/asterisk as it stands, with a site of its own. */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse as parseYaml } from 'yaml';
import { CentreFile } from '#shared/model/centre-file.ts';
import { siteFiles } from '../../../tools/asterisk/site-files.ts';
import { asteriskCommand } from '../../../tools/floor/asterisk-folder.ts';
import { openAmi, type Ami } from './ami.ts';
import { startChild, type Child } from './child.ts';
import { servicesForCallers } from './callers-dialplan.ts';
import { freePortRange, freeTcpPort, freeUdpPort } from './ports.ts';
import { waitFor } from './wait-for.ts';

export interface AsteriskOptions {
  /** The unpacked system (tools/floor/asterisk-folder.ts). */
  readonly root: string;
  /** Configuration, logs and state of this one; short, because a socket lives below it. */
  readonly folder: string;
  /** The centre file its lines, queues and numbers come from; the demo centre when left out. */
  readonly centre?: string;
  /** PEM files of the certificate it shows on wss; none: ws only. */
  readonly certificate?: { readonly cert: string; readonly key: string };
  /** Digest algorithms offered to a line, best first; those of deploy/asterisk for all others. */
  readonly digests?: Readonly<Record<string, string>>;
  /** Further lines of a line's section, e.g. "endpoint/dtmf_mode = info". */
  readonly lineSettings?: Readonly<Record<string, readonly string[]>>;
  /** Where desks reach it; 127.0.0.1 when left out. */
  readonly address?: string;
  /** Colleagues with a plain SIP telephone instead of a desk: extension → its UDP port on 127.0.0.1. */
  readonly telephones?: Readonly<Record<string, number>>;
}

export interface Asterisk {
  /** ws://127.0.0.1:…/ws */
  readonly address: string;
  /** wss://127.0.0.1:…/ws; null without a certificate. */
  readonly secureAddress: string | null;
  readonly sipPort: number;
  readonly amiPort: number;
  readonly amiUser: string;
  readonly amiSecret: string;
  /** Calls into the city arrive on this UDP port of 127.0.0.1: start a city caller there to take them. */
  readonly cityPort: number;
  /** The centre it was made for. */
  readonly centre: CentreFile;
  /** The manager connection of the process that runs now. */
  readonly ami: Ami;
  readonly logFolder: string;
  /** The voicemail has a message for this line that nobody has heard. */
  leaveMessage(extension: string): Promise<void>;
  /** Of the process that runs now. */
  readonly pid: number;
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

export const demoCentre = path.join(repository, 'assets/centres/demo.yaml');

/** Starts it and waits until it says that it is fully booted. Throws with its log when it ends before. */
export async function startAsterisk(options: AsteriskOptions): Promise<Asterisk> {
  const { root, folder } = options;
  const file = await readFile(options.centre ?? demoCentre, 'utf8');
  const centre = CentreFile.parse(parseYaml(file));
  const desksAt = options.address ?? '127.0.0.1';
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
  const tlsPort = options.certificate ? await freeTcpPort() : null;
  await site('http.conf', httpSite(desksAt, httpPort, tlsPort, options.certificate));
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
    `[city]\ntype = transport\nprotocol = udp\nbind = 127.0.0.1:${sipPort}\n${telephoneSite(options.telephones)}`,
  );
  await site('city-line.conf', cityLineSite(cityPort));
  const made = siteFiles(centre);
  const digests = Object.entries(options.digests ?? {}).map(
    ([line, algorithms]) => `[${line}](+)\ninbound_auth/supported_algorithms_uas = ${algorithms}\n`,
  );
  const settings = Object.entries(options.lineSettings ?? {}).map(
    ([line, lines]) => `[${line}](+)\n${lines.join('\n')}\n`,
  );
  await site('lines.conf', made['lines.conf'] + [...digests, ...settings].join(''));
  await site('queues.conf', made['queues.conf']);
  await site('numbers.conf', made['numbers.conf'] + servicesForCallers);

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
    address: `ws://${desksAt}:${httpPort}/ws`,
    secureAddress: tlsPort === null ? null : `wss://127.0.0.1:${tlsPort}/ws`,
    sipPort,
    amiPort,
    amiUser,
    amiSecret,
    cityPort,
    centre,
    logFolder,
    get pid() {
      return child?.pid ?? -1;
    },
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
    async leaveMessage(extension) {
      const box = path.join(folder, 'spool/voicemail/centrala', extension, 'INBOX');
      await mkdir(box, { recursive: true });
      await writeFile(path.join(conf, 'voicemail.conf'), voicemailConf(extension));
      await writeFile(path.join(box, 'msg0000.txt'), '[message]\norigmailbox = here\n');
      // deploy/asterisk leaves it to each centre, and loads none.
      await running().act('ModuleLoad', { LoadType: 'load', Module: 'app_voicemail.so' });
    },
    stop: () => end('stop'),
    kill: () => end('kill'),
    async restart() {
      if (child?.isUp) await end('stop');
      await start();
    },
  };
}

const voicemailConf = (extension: string): string => `[general]
format = wav
pollmailboxes = yes
pollfreq = 1
[centrala]
${extension} => 1234,Mailbox
`;

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

function httpSite(
  address: string,
  port: number,
  tlsPort: number | null,
  certificate: AsteriskOptions['certificate'],
): string {
  const plain = `bindaddr = ${address}\nbindport = ${port}\n`;
  if (tlsPort === null || !certificate) return plain;
  return `${plain}tlsenable = yes
tlsbindaddr = 127.0.0.1:${tlsPort}
tlscertfile = ${certificate.cert}
tlsprivatekey = ${certificate.key}
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

function cityLineSite(port: number): string {
  return `[city-line](city)
remote_hosts = 127.0.0.1
contact_pattern = sip:\${REMOTE_HOST}:${port}
`;
}

function telephoneSite(telephones: AsteriskOptions['telephones'] = {}): string {
  return Object.entries(telephones)
    .map(
      ([extension, port]) => `
[${extension}]
type = endpoint
transport = city
context = from-operators
allow = !all,alaw
aors = ${extension}
direct_media = no
send_pai = yes
trust_id_inbound = yes
[${extension}]
type = aor
contact = sip:${extension}@127.0.0.1:${port}
`,
    )
    .join('');
}
