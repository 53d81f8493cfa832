/** The customers of a CSV file beside the centre file, one by one; faults are told with their lines. */
import { createReadStream } from 'node:fs';
import { CentreCustomer, type CentreFile } from '#shared/model/centre-file.ts';
import type { CentreFault } from './centre-fault.ts';
import type { Centre, LoadedCustomer } from './centre.ts';
import { readCsv, type CsvRow } from './csv.ts';
import { written } from './locate.ts';
import { prepareCustomer } from './prepare-customer.ts';
import { shapeFaults } from './shape-faults.ts';

const columns = [
  'key',
  'name',
  'number',
  'number2',
  'street',
  'postCode',
  'town',
  'email',
  'since',
  'language',
  'note',
] as const;
type Column = (typeof columns)[number];
const needed: readonly Column[] = ['key', 'name', 'number'];

/** More than this many faults are of the same kind; reading on tells nobody more. */
const mostFaults = 100;

/** Sound rows are given, faults are pushed to `faults`; ends early after a hundred of them. */
export async function* csvCustomers(
  csv: NonNullable<Centre['csv']>,
  organisation: CentreFile['organisation'],
  faults: CentreFault[],
): AsyncGenerator<LoadedCustomer> {
  const complain = (line: number, at: string, message: string): void => {
    faults.push({ file: csv.shown, line, at, message });
  };
  const keys = new Set<string>();
  let header: readonly string[] | null = null;
  for await (const row of readCsv(createReadStream(csv.path, 'utf8'), csv.separator)) {
    if (faults.length >= mostFaults) return;
    if (row.open) complain(row.line, '', 'a quote is opened here and never closed');
    else if (header === null) {
      header = row.cells.map((cell) => cell.trim());
      if (!soundHeader(header, row.line, complain)) return;
    } else {
      const customer = customerOf(row, header, organisation, keys, complain);
      if (customer) yield customer;
    }
  }
  if (header === null)
    complain(1, '', `the first line must name the columns: ${columns.join(',')}`);
}

type ComplainLine = (line: number, at: string, message: string) => void;

function soundHeader(header: readonly string[], line: number, complain: ComplainLine): boolean {
  const unknown = header.filter((name) => !columns.some((column) => column === name));
  for (const name of unknown) complain(line, name, `is no column; there are ${columns.join(', ')}`);
  const missing = needed.filter((column) => !header.includes(column));
  for (const column of missing) complain(line, column, 'this column is missing');
  const twice = header.filter((name, index) => header.indexOf(name) !== index);
  for (const name of twice) complain(line, name, 'this column is there twice');
  return unknown.length + missing.length + twice.length === 0;
}

function customerOf(
  row: CsvRow,
  header: readonly string[],
  organisation: CentreFile['organisation'],
  keys: Set<string>,
  complain: ComplainLine,
): LoadedCustomer | null {
  const { line } = row;
  if (row.cells.length > header.length) {
    complain(line, '', `has ${row.cells.length} cells for ${header.length} columns`);
    return null;
  }
  const cell = (column: Column): string | undefined => {
    const text = row.cells[header.indexOf(column)]?.trim();
    return text === '' ? undefined : text;
  };
  const [street, postCode, town] = [cell('street'), cell('postCode'), cell('town')];
  const read = CentreCustomer.safeParse(
    {
      key: cell('key'),
      name: cell('name'),
      numbers: [cell('number'), cell('number2')].filter((number) => number !== undefined),
      address:
        street === undefined && town === undefined
          ? undefined
          : { street: street ?? '', postCode: postCode ?? '', town: town ?? '' },
      email: cell('email'),
      since: cell('since') === undefined ? undefined : Number(cell('since')),
      language: cell('language'),
      note: cell('note'),
    },
    { reportInput: true },
  );
  if (!read.success) {
    for (const issue of read.error.issues)
      for (const fault of shapeFaults(issue)) complain(line, written(fault.path), fault.message);
    return null;
  }
  if (keys.has(read.data.key)) {
    complain(line, 'key', `the key "${read.data.key}" is there twice`);
    return null;
  }
  keys.add(read.data.key);
  return prepareCustomer(read.data, organisation, (path, message) =>
    complain(line, written(path), message),
  );
}
