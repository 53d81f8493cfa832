/** CSV (RFC 4180), read as a stream: rows of cells with the line each row begins on. */

export interface CsvRow {
  /** From 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** A quote was opened in this row and never closed. */
  readonly open?: true;
}

/** Empty lines are left out; a byte order mark is not part of the first cell. */
export async function* readCsv(
  chunks: AsyncIterable<string>,
  separator: string,
): AsyncGenerator<CsvRow> {
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  /** After a quote inside quotes: it ends them, unless another one follows. */
  let quote = false;
  let line = 1;
  let begun = 1;
  let first = true;
  for await (const chunk of chunks) {
    for (const sign of first ? chunk.replace(/^\uFEFF/, '') : chunk) {
      if (sign === '\n') line += 1;
      if (quoted && !quote) {
        if (sign === '"') quote = true;
        else cell += sign;
        continue;
      }
      if (quote) {
        quote = false;
        if (sign === '"') {
          cell += sign;
          continue;
        }
        quoted = false;
      }
      if (sign === '"' && cell === '') quoted = true;
      else if (sign === separator) {
        cells.push(cell);
        cell = '';
      } else if (sign === '\n') {
        cells.push(cell.replace(/\r$/, ''));
        if (cells.length > 1 || cells[0] !== '') yield { line: begun, cells };
        cells = [];
        cell = '';
        begun = line;
      } else cell += sign;
    }
    first = false;
  }
  cells.push(cell.replace(/\r$/, ''));
  if (quoted && !quote) yield { line: begun, cells, open: true };
  else if (cells.length > 1 || cells[0] !== '') yield { line: begun, cells };
}
