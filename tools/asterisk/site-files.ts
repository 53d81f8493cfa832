/** What of Asterisk's configuration follows from the centre file: lines, queues, and the numbers that lead to them. */
import type { CentreFile } from '#shared/model/centre-file.ts';
import { toE164 } from '#shared/model/phone-number.ts';

export interface SiteFiles {
  /** Include of pjsip_wizard.conf: one section a line. */
  readonly 'lines.conf': string;
  /** Include of queues.conf: one section a queue, with the operators of its projects. */
  readonly 'queues.conf': string;
  /** Include of extensions.conf, context numbers: one extension a number. */
  readonly 'numbers.conf': string;
}

const note =
  '; Made from the centre file by tools/asterisk-site.ts; made anew when that changes.\n\n';

/** Throws with the number's project when a number is not one of the organisation's country. */
export function siteFiles(centre: CentreFile): SiteFiles {
  return {
    'lines.conf': note + centre.people.flatMap(lineOf).join('\n'),
    'queues.conf': note + queuesOf(centre).join('\n'),
    'numbers.conf': note + numbersOf(centre).join(''),
  };
}

function lineOf({ name, line }: CentreFile['people'][number]): readonly string[] {
  if (!line) return [];
  return [
    `[${plain(line.sipUser)}](operator)
inbound_auth/username = ${plain(line.sipUser)}
inbound_auth/password = ${plain(line.secret)}
endpoint/callerid = "${spoken(name)}" <${plain(line.extension)}>
hint_exten = ${plain(line.extension)}
aor/mailboxes = ${plain(line.extension)}@centrala
`,
  ];
}

function queuesOf({ people, projects }: CentreFile): readonly string[] {
  const queues = new Map<string, Set<string>>();
  for (const { projectId, queues: names } of projects)
    for (const name of names) {
      const members = queues.get(name) ?? new Set<string>();
      queues.set(name, members);
      for (const { role, line, name: person, projects: own } of people)
        if (line && role === 'operator' && own.includes(projectId)) {
          const channel = `PJSIP/${plain(line.sipUser)}`;
          members.add(`member => ${channel},0,${spoken(person)},${channel}\n`);
        }
    }
  return [...queues].map(
    ([name, members]) => `[${plain(name)}](project)\n${[...members].join('')}`,
  );
}

/** A number leads to the first queue of its project. */
function numbersOf({ organisation, projects }: CentreFile): readonly string[] {
  return projects.flatMap(({ projectId, numbers, queues, region }) => {
    const [queue] = queues;
    if (queue === undefined) return [];
    return numbers.map((written) => {
      const number = toE164(written, region ?? organisation.region);
      if (number === null)
        throw new Error(`Project ${projectId}: "${written}" is not a telephone number.`);
      return `exten => ${number},1,Gosub(queue-call,s,1(${plain(queue)},\${EXTEN}))\n`;
    });
  });
}

/** One value of an Asterisk file: no line breaks, and ";" does not begin a comment. */
function plain(value: string): string {
  return value.replaceAll(/\p{Cc}/gu, ' ').replaceAll(';', String.raw`\;`);
}

/** A person's name, where commas, quotes and brackets mean something to Asterisk. */
function spoken(name: string): string {
  return plain(
    name
      .replaceAll(/[",<>()[\]\\;]/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  );
}
