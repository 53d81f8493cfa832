/** What is wrong in a centre file, and where, for the person who wrote it. */
export interface CentreFault {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Where in the structure, e.g. people[3].role; '' for the whole. */
  readonly at: string;
  readonly message: string;
}

/** The file is refused whole; every fault is told. */
export class CentreFileError extends Error {
  override readonly name = 'CentreFileError';
  readonly faults: readonly CentreFault[];
  constructor(faults: readonly CentreFault[]) {
    const lines = faults.map(
      ({ file, line, at, message }) => `${file}:${line}: ${at === '' ? '' : `${at}: `}${message}`,
    );
    super(lines.join('\n'));
    this.faults = faults;
  }
}
