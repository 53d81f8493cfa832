import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CentreFileError, type CentreFault } from '../../src-server/centre/centre-fault.ts';
import { csvCustomers } from '../../src-server/centre/csv-customers.ts';
import { readCsv } from '../../src-server/centre/csv.ts';
import { parseCentre, readCentreFile } from '../../src-server/centre/read-centre-file.ts';
import { centreFile } from './support/server-bench.ts';

const text = await readFile(centreFile, 'utf8');

/** The faults of the test centre with `from` written as `to`. */
function faultsWith(from: string, to: string): readonly CentreFault[] {
  expect(text).toContain(from);
  return faultsOf(text.replace(from, to));
}

function faultsOf(centre: string): readonly CentreFault[] {
  try {
    parseCentre(centre, 'centre.yaml', '.');
    return [];
  } catch (error) {
    if (error instanceof CentreFileError) return error.faults;
    throw error;
  }
}

const lineWith = (part: string, centre = text): number =>
  centre.slice(0, centre.lastIndexOf(part)).split('\n').length;

describe('a centre file', () => {
  test('that is sound has no faults, and numbers are E.164', () => {
    const centre = parseCentre(text, 'centre.yaml', '.');
    expect(centre.projects[0]?.numbers).toEqual(['+38612345678']);
    expect(centre.projects[0]).toMatchObject({ zone: 'Europe/Ljubljana', currency: 'EUR' });
    expect(centre.customers[0]?.fields.numbers).toEqual([
      { number: '+38641123456', kind: 'mobile' },
    ]);
  });

  test('may be JSON', () => {
    const { organisation, exchange } = parseCentre(text, 'centre.yaml', '.');
    const json = { centre: 1, organisation, exchange, people: [], projects: [] };
    expect(faultsOf(JSON.stringify(json, null, 2))).toEqual([]);
    expect(faultsOf(JSON.stringify({ ...json, centre: 2 }, null, 2))).toMatchObject([
      { line: 2, at: 'centre' },
    ]);
  });

  test.each([
    ['a role that there is not', 'role: lead', 'role: boss', 'people[2].role'],
    ['a short password', 'geslo-bojan-1', 'kratko', 'people[1].password'],
    ['an unknown key', 'wrapUpSeconds: 60', 'wrapUpSecond: 60', 'projects[0]'],
    ['a colour outside the palette', 'colour: yellow', 'colour: brown', 'projects[1].colour'],
    [
      'an unknown project of a person',
      'projects: [internet]',
      'projects: [internat]',
      'people[1].projects[0]',
    ],
    [
      'an unknown script',
      'scriptId: internet\n    formId',
      'scriptId: telefon\n    formId',
      'projects[0].scriptId',
    ],
    [
      'an unknown form',
      'formId: taxi\n    outcomes',
      'formId: bus\n    outcomes',
      'projects[1].formId',
    ],
    ['a user name twice', 'username: bojan', 'username: ana', 'people[1].username'],
    ['an extension twice', "extension: '202'", "extension: '201'", 'people[1].line.extension'],
    ['a number in two projects', '01 555 55 55', '+386 1 234 56 78', 'projects[1].numbers[0]'],
    ['a queue in two projects', 'queues: [taxi]', 'queues: [internet]', 'projects[1].queues[0]'],
    ['a project number that is none', '01 555 55 55', '555-x', 'projects[1].numbers[0]'],
    ['a customer number that is none', '031 222 333', '031', 'customers[1].numbers[0]'],
    ['a customer key twice', 'key: horvat', 'key: novak', 'customers[2].key'],
    [
      'a history of no project',
      'project: internet',
      'project: internot',
      'customers[0].history[0].project',
    ],
  ])('with %s is refused with the line', (_what, from, to, at) => {
    const changed = text.replace(from, to);
    const faults = faultsWith(from, to);
    expect(faults.map((fault) => fault.at)).toContain(at);
    const fault = faults.find((one) => one.at === at);
    expect(fault?.message).not.toBe('');
    expect(fault?.line).toBe(lineWith(to, changed));
  });

  test('with a script that leads nowhere is refused with the line of the script', () => {
    expect(faultsWith('next: bye', 'next: away')).toMatchObject([
      { at: 'scripts[0]', line: lineWith('- schemaVersion: 1') },
    ]);
  });

  test('with a time zone that there is not is refused at each project that has it', () => {
    const faults = faultsWith('zone: Europe/Ljubljana', 'zone: Europa/Lublana');
    expect(faults.map((fault) => fault.at)).toEqual(['projects[0].zone', 'projects[1].zone']);
  });

  test('tells every fault at once, in the order of their lines', () => {
    const faults = faultsOf(
      text.replace('role: lead', 'role: boss').replace('colour: yellow', 'colour: brown'),
    );
    expect(faults.map((fault) => fault.at)).toEqual(['people[2].role', 'projects[1].colour']);
    expect(faults[0]?.line).toBe(lineWith('role: lead'));
    expect(faults[1]?.line).toBe(lineWith('colour: yellow'));
  });

  test('with a part missing names the part that should hold it', () => {
    const [fault] = faultsWith('    scriptId: null\n', '');
    expect(fault).toMatchObject({
      at: 'projects[1].scriptId',
      line: lineWith('- projectId: taxi'),
    });
  });

  test('that is no YAML is refused with the line, and so is one that is empty or something else', () => {
    expect(faultsWith('people:', 'people: [')[0]?.line).toBeGreaterThan(1);
    expect(faultsWith('centre: 1', 'centre: 1\ncentre: 1')[0]?.message).toMatch(/unique/i);
    for (const nonsense of ['', '42', '[]', '- a\n- b', 'null', '"just words"'])
      expect(faultsOf(nonsense)).not.toEqual([]);
  });

  test('with a bomb of aliases is refused', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]'];
    for (const [one, next] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh'])
      bomb.push(`${next}: &${next} [${Array.from({ length: 10 }, () => `*${one}`).join(',')}]`);
    expect(faultsOf(bomb.join('\n'))).not.toEqual([]);
  });

  test('that is not there is told so', async () => {
    await expect(readCentreFile('/nowhere/centre.yaml')).rejects.toThrow(
      /cannot be read \(ENOENT\)/,
    );
  });
});

describe('the customers of a CSV', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'centrala-csv-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function read(csv: string, separator = ',') {
    const path = join(folder, 'customers.csv');
    await writeFile(path, csv);
    const faults: CentreFault[] = [];
    const customers = [];
    for await (const one of csvCustomers(
      { path, shown: 'customers.csv', separator },
      { name: 'x', region: 'SI', zone: 'UTC', currency: 'EUR', language: 'sl' },
      faults,
    ))
      customers.push(one);
    return {
      customers,
      faults: faults.map(({ line, at, message }) => `${line} ${at}: ${message}`),
    };
  }

  test('are read with quotes, line breaks in cells, both numbers and a byte order mark', async () => {
    const { customers, faults } = await read(
      '\uFEFFkey,name,number,number2,street,postCode,town,since,note\r\n' +
        'a,"Žagar, Marija",041 123 456,01 234 56 78,Cankarjeva 4,1241,Kamnik,2019,"prva ""stara""\r\nstranka"\r\n' +
        'b,Janez Novak,031222333,,,,,,\r\n',
    );
    expect(faults).toEqual([]);
    expect(customers.map((one) => one.fields)).toEqual([
      {
        name: 'Žagar, Marija',
        numbers: [
          { number: '+38641123456', kind: 'mobile' },
          { number: '+38612345678', kind: 'mobile' },
        ],
        address: { street: 'Cankarjeva 4', postCode: '1241', town: 'Kamnik', country: 'SI' },
        since: 2019,
        note: 'prva "stara"\r\nstranka',
      },
      { name: 'Janez Novak', numbers: [{ number: '+38631222333', kind: 'mobile' }] },
    ]);
  });

  test('with faults are told line by line', async () => {
    const { faults } = await read(
      'key;name;number;since\na;Ana;041123456;2019\nb;;041123456;\nc;Cene;41;\na;Eva;041123456;\nd;Dan;041123456;last year\ne;E;1;2;3;4\n',
      ';',
    );
    expect(faults.map((fault) => fault.split(' ').slice(0, 2).join(' '))).toEqual([
      '3 name:',
      '4 numbers[0]:',
      '5 key:',
      '6 since:',
      '7 :',
    ]);
  });

  test('without the columns they need, or with a quote never closed, are refused', async () => {
    expect((await read('key,naam\na,b\n')).faults.length).toBe(3);
    expect((await read('')).faults).toHaveLength(1);
    expect((await read('key,name,number\na,"Ana,041123456\n')).faults).toEqual([
      '2 : a quote is opened here and never closed',
    ]);
  });

  test('are cut the same wherever the chunks end', async () => {
    const csv = 'a,"b ""c""\n,d",e\r\n\n,,\n"x"';
    const rows = async (size: number) => {
      async function* chunks(): AsyncGenerator<string> {
        for (let at = 0; at < csv.length; at += size) yield csv.slice(at, at + size);
      }
      const all = [];
      for await (const row of readCsv(chunks(), ',')) all.push(row);
      return all;
    };
    const whole = await rows(1000);
    expect(whole.map((row) => row.cells)).toEqual([['a', 'b "c"\n,d', 'e'], ['', '', ''], ['x']]);
    for (const size of [1, 2, 3, 5]) expect(await rows(size)).toEqual(whole);
  });
});
