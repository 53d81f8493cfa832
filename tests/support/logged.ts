/** Looks for what no log line may hold: the names, numbers, addresses and secrets of the demo centre. */
import { readCentreFile } from '../../src-server/centre/read-centre-file.ts';
import type { LogLine } from './memory-host.ts';
import { demoCentre } from './whole-desk.ts';

/** Lines that tell of a person or a secret, as they would stand in a file that strikes nothing out. */
export async function confidentialLines(lines: readonly LogLine[]): Promise<readonly string[]> {
  const words = await confidentialWords();
  return lines
    .map(asWritten)
    .filter((text) => words.some((word) => text.toLowerCase().includes(word)));
}

function asWritten(line: LogLine): string {
  return `${line.message} ${JSON.stringify(line.facts, (_key, value: unknown) =>
    value instanceof Error
      ? [value.name, value.message, value.cause, Object.entries(value)]
      : value,
  )}`;
}

async function confidentialWords(): Promise<readonly string[]> {
  const { people, customers } = await readCentreFile(demoCentre);
  return [
    ...people.flatMap(({ name, password, line }) => [name, password ?? '', line?.secret ?? '']),
    ...customers.flatMap(({ fields }) => [
      fields.name,
      ...fields.numbers.map(({ number }) => number.slice(-8)),
      fields.address?.street ?? '',
      fields.note ?? '',
    ]),
    'Neža',
    '41999111',
    'Bearer',
  ]
    .filter((word) => word.length > 3)
    .map((word) => word.toLowerCase());
}
