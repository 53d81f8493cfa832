/** Stand-ins for what is personal: the same thing has the same one in the whole report, so that a call can still be followed. */

export type PseudonymKind =
  | 'number'
  | 'extension'
  | 'user'
  | 'name'
  | 'host'
  | 'tag'
  | 'branch'
  | 'call';

/** Of a number that is written with or without its country, so much is the same. */
const nationalDigits = 8;
const shortestNumber = 7;

export class Pseudonyms {
  readonly #known = new Map<string, string>();
  readonly #counts = new Map<PseudonymKind, number>();

  of(kind: PseudonymKind, value: string): string {
    const key = `${kind} ${value.toLowerCase()}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const made = `${kind}-${count}`;
    this.#known.set(key, made);
    return made;
  }

  /** A number, an extension or a user name: what stands before the @ of an address. */
  ofUser(written: string): string {
    const digits = written.replaceAll(/[^\d]/g, '');
    const isDialled = /^[+\d\s()./*#-]+$/.test(written);
    if (isDialled && digits.length >= shortestNumber)
      return this.of('number', digits.slice(-nationalDigits));
    return this.of(isDialled ? 'extension' : 'user', written);
  }
}
