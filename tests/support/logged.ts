/** What a log line says, to its last cause, as it would stand in a file that strikes nothing out. */
import type { LogLine } from './memory-host.ts';

export function asWritten(line: LogLine): string {
  return `${line.message} ${JSON.stringify(line.facts, (_key, value: unknown) =>
    value instanceof Error
      ? { ...value, name: value.name, message: value.message, cause: value.cause }
      : value,
  )}`;
}

/** The lines that hold one of these words; a word of few letters must stand alone. */
export function linesWith(lines: readonly LogLine[], words: readonly string[]): readonly string[] {
  return lines
    .map(asWritten)
    .filter((text) => words.some((word) => text.toLowerCase().includes(word.toLowerCase())));
}
