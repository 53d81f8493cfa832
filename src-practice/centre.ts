/** The practice exchange's part of a call centre: lines, queues and customers, read from the centre file. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import * as z from 'zod';
import { CentreCustomer, CentreFile } from '#shared/model/centre-file.ts';
import type { Language } from '#shared/model/language.ts';
import { toE164 } from '#shared/model/phone-number.ts';

interface PracticeLine {
  readonly extension: string;
  readonly sipUser: string;
  readonly secret: string;
  readonly displayName: string;
}

export interface PracticeQueue {
  readonly name: string;
  /** What customers dial to reach it, E.164; null where the file names none. */
  readonly dialled: string | null;
  readonly language: Language;
  /** Extensions of the lines whose operators work on its project. */
  readonly extensions: readonly string[];
  /** Its calls ask to be answered by the desk itself. */
  readonly autoAnswer?: boolean;
}

export interface PracticeCustomer {
  /** E.164. */
  readonly numbers: readonly string[];
  readonly language: Language | null;
}

export interface PracticeCentre {
  /** ISO 3166-1 alpha-2: in whose national form numbers are dialled. */
  readonly region: string;
  readonly domain: string;
  readonly outsidePrefix: string;
  readonly lines: readonly PracticeLine[];
  readonly queues: readonly PracticeQueue[];
  readonly customers: readonly PracticeCustomer[];
}

/** The centre file is checked as a whole by the server; here only what the exchange lives on. */
const OurPart = z.object({
  organisation: CentreFile.shape.organisation,
  exchange: z.object({
    domain: CentreFile.shape.exchange.shape.domain,
    outsidePrefix: CentreFile.shape.exchange.shape.outsidePrefix,
  }),
  people: z.array(
    z.object({
      name: z.string(),
      projects: z.array(z.string()).default([]),
      line: z
        .object({
          extension: z.string().min(1),
          sipUser: z.string().min(1),
          secret: z.string().min(1),
        })
        .optional(),
    }),
  ),
  projects: z.array(
    z.object({
      projectId: z.string(),
      queues: z.array(z.string()).default([]),
      numbers: z.array(z.string()).default([]),
      region: z.string().optional(),
      autoAnswer: z.boolean().default(false),
      defaultLanguage: CentreFile.shape.projects.element.shape.defaultLanguage,
    }),
  ),
  customers: z
    .union([
      z.array(
        z.object({
          numbers: CentreCustomer.shape.numbers,
          language: CentreCustomer.shape.language,
        }),
      ),
      z.object({ csv: z.string(), separator: z.string().length(1).default(',') }),
    ])
    .default([]),
});

/** Enough to ring from; a list of a million is not read to its end. */
const mostCustomers = 2000;

/** @throws Error whose message is a clear sentence: the file cannot be read, or is no centre file. */
export function readCentre(path: string): PracticeCentre {
  let written: unknown;
  try {
    // JSON is YAML too.
    written = parseYaml(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`The centre file ${path} cannot be read: ${message(error)}`, { cause: error });
  }
  const checked = OurPart.safeParse(written);
  if (!checked.success)
    throw new Error(`The file ${path} is no centre file: ${z.prettifyError(checked.error)}`);
  const { organisation, exchange, people, projects, customers } = checked.data;
  const { region, language } = organisation;
  const numbersOf = (list: readonly string[], country: string): readonly string[] =>
    list.flatMap((one) => toE164(one, country) ?? []);
  const listed = Array.isArray(customers)
    ? customers.slice(0, mostCustomers).map((one) => ({
        numbers: numbersOf(
          one.numbers.map((number) => (typeof number === 'string' ? number : number.number)),
          region,
        ),
        language: one.language ?? null,
      }))
    : csvCustomers(resolve(dirname(path), customers.csv), customers.separator, region);
  return {
    region,
    domain: exchange.domain,
    outsidePrefix: exchange.outsidePrefix,
    lines: people.flatMap(({ name, line }) => (line ? [{ ...line, displayName: name }] : [])),
    queues: projects.flatMap((project) =>
      project.queues.map((name) => ({
        name,
        dialled: numbersOf(project.numbers, project.region ?? region)[0] ?? null,
        language: project.defaultLanguage ?? language,
        autoAnswer: project.autoAnswer,
        extensions: people.flatMap(({ line, projects: works }) =>
          line && works.includes(project.projectId) ? [line.extension] : [],
        ),
      })),
    ),
    customers: listed.filter(({ numbers }) => numbers.length > 0),
  };
}

function csvCustomers(
  path: string,
  separator: string,
  region: string,
): readonly PracticeCustomer[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`The customers' file ${path} cannot be read: ${message(error)}`, {
      cause: error,
    });
  }
  const [head = '', ...lines] = text.replace(/^\uFEFF/, '').split(/\r?\n/, mostCustomers + 1);
  const columns = csvFields(head, separator).map((one) => one.trim().toLowerCase());
  return lines.map((line) => {
    const fields = csvFields(line, separator);
    const get = (name: string): string => fields[columns.indexOf(name)]?.trim() ?? '';
    const language = get('language');
    return {
      numbers: [get('number'), get('number2')].flatMap((one) => toE164(one, region) ?? []),
      language: language === 'sl' || language === 'en' ? language : null,
    };
  });
}

/** One line of RFC 4180 CSV; a field with a line break in it is the server's concern. */
function csvFields(line: string, separator: string): readonly string[] {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const letter = line[at] ?? '';
    if (quoted && letter === '"' && line[at + 1] === '"') {
      field += '"';
      at += 1;
    } else if (letter === '"') quoted = !quoted;
    else if (letter === separator && !quoted) {
      fields.push(field);
      field = '';
    } else field += letter;
  }
  return [...fields, field];
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
