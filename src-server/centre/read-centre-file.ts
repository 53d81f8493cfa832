/**
 * Reads a centre file (YAML, or JSON, which is YAML). A broken one is refused whole, with the line of every fault. The
 * rows of its CSV are looked at when they are loaded, in the same transaction.
 */
import { access, readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { CentreFile } from '#shared/model/centre-file.ts';
import { toE164 } from '#shared/model/phone-number.ts';
import type { Project } from '#shared/model/project.ts';
import { CentreFileError, type CentreFault } from './centre-fault.ts';
import type { Centre, LoadedCustomer } from './centre.ts';
import { crossCheck } from './cross-checks.ts';
import { lineOf, written, type Path } from './locate.ts';
import { prepareCustomer } from './prepare-customer.ts';
import { shapeFaults } from './shape-faults.ts';

/** Errors: CentreFileError, also when there is no such file. */
export async function readCentreFile(path: string): Promise<Centre> {
  const shown = basename(path);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    const message = `${path} cannot be read (${code})`;
    throw new CentreFileError([{ file: shown, line: 1, at: '', message }]);
  }
  const centre = parseCentre(text, shown, dirname(path));
  if (centre.csv) await checkCsv(centre.csv.path, text, shown);
  return centre;
}

/** @param folder where the file lies: its CSV is looked for beside it. Errors: CentreFileError. */
export function parseCentre(text: string, shown: string, folder: string): Centre {
  const { document, counter } = parse(text, shown);
  const faults: CentreFault[] = [];
  const complain = (path: Path, message: string, key?: string): void => {
    const line = lineOf(document, counter, path, key);
    faults.push({ file: shown, line, at: written(path), message });
  };
  const read = CentreFile.safeParse(valueOf(document, shown), { reportInput: true });
  if (!read.success) {
    for (const issue of read.error.issues)
      for (const { path, message, key } of shapeFaults(issue)) complain(path, message, key);
    throw new CentreFileError(inOrder(faults));
  }
  const file = read.data;
  crossCheck(file, complain);
  const customers = preparedCustomers(file, complain);
  const projects = file.projects.map((project) => preparedProject(project, file.organisation));
  if (faults.length > 0) throw new CentreFileError(inOrder(faults));
  const { organisation, exchange, people, scripts, forms } = file;
  const csv = Array.isArray(file.customers)
    ? null
    : {
        path: resolve(folder, file.customers.csv),
        shown: file.customers.csv,
        separator: file.customers.separator,
      };
  return { organisation, exchange, people, projects, scripts, forms, customers, csv };
}

function parse(text: string, shown: string): { document: Document; counter: LineCounter } {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  if (document.errors.length > 0)
    throw new CentreFileError(
      document.errors.map((error) => ({
        file: shown,
        line: counter.linePos(error.pos[0]).line,
        at: '',
        message: error.message,
      })),
    );
  return { document, counter };
}

/** Aliases that would unfold into millions of values are refused (yaml counts them). */
function valueOf(document: Document, shown: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    const message = 'its aliases (*name) cannot be unfolded';
    throw new CentreFileError([{ file: shown, line: 1, at: '', message }]);
  }
}

async function checkCsv(path: string, text: string, shown: string): Promise<void> {
  try {
    await access(path);
  } catch {
    const { document, counter } = parse(text, shown);
    const at: Path = ['customers', 'csv'];
    const line = lineOf(document, counter, at);
    const message = `there is no file ${path}`;
    throw new CentreFileError([{ file: shown, line, at: written(at), message }]);
  }
}

function preparedCustomers(
  file: CentreFile,
  complain: (path: Path, message: string) => void,
): readonly LoadedCustomer[] {
  if (!Array.isArray(file.customers)) return [];
  return file.customers.flatMap(
    (customer, index) =>
      prepareCustomer(customer, file.organisation, (path, message) =>
        complain(['customers', index, ...path], message),
      ) ?? [],
  );
}

function preparedProject(
  project: CentreFile['projects'][number],
  organisation: CentreFile['organisation'],
): Project {
  const region = project.region ?? organisation.region;
  return {
    ...project,
    region,
    zone: project.zone ?? organisation.zone,
    currency: project.currency ?? organisation.currency,
    defaultLanguage: project.defaultLanguage ?? organisation.language,
    numbers: project.numbers.flatMap((number) => toE164(number, region) ?? []),
  };
}

function inOrder(faults: readonly CentreFault[]): readonly CentreFault[] {
  return faults.toSorted((one, other) => one.line - other.line);
}
