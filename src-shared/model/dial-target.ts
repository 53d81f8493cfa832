/**
 * What a person wrote into the dial box, as the exchange is to dial it; what could be two things is dialled as none. The page tells
 * by the same rule what will be dialled.
 */
import * as z from 'zod';
import { Region, toE164 } from './phone-number.ts';
import { writtenNumber } from './written-number.ts';

export interface DialTarget {
  /** For the line: prefix and E.164 for a public number, the bare digits of an extension or short code. */
  readonly target: string;
  /** E.164, or null for an extension or short code. */
  readonly number: string | null;
  readonly written: string;
}

/** How a number that was written here is read. */
export const NumberPlan = z.object({
  /** In whose national form it may be written. */
  region: Region,
  /** What the exchange wants before a public number, e.g. "0" or "". */
  outsidePrefix: z.string().max(10),
});
export type NumberPlan = z.infer<typeof NumberPlan>;

/** A number as it may stand in a text: digits in groups, with what people put between them. */
const numberInText = /\+?(?:\(\s*)?\d(?:[\s().\-/]*\d)*/g;
const date =
  /^(?:\d{1,2}([./-])\s?\d{1,2}\1\s?(?:\d{2}|\d{4})|(?:19|20)\d{2}-(?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12]\d|3[01]))$/;
/** ITU-T E.161: the letters of the keys 2 to 9. */
const keypad = ['ABC', 'DEF', 'GHI', 'JKL', 'MNO', 'PQRS', 'TUV', 'WXYZ'];

/** @returns null where it is no number, or where it is not sure which one is meant. */
export function dialTarget(written: string, plan: NumberPlan): DialTarget | null {
  const { text, context } = writtenNumber(written);
  if (context !== null) {
    const there = publicNumber(`${context}${text.replaceAll(/\D/g, '')}`, plan);
    if (there) return outside(there, plan);
  }
  if (date.test(text)) return null;
  return internal(text) ?? inText(text, plan) ?? vanity(text, plan) ?? unknownPlan(text);
}

/** The exchange's own, before the numbering plan is asked: extensions, 112, 113, *60, *21*202#. */
function internal(text: string): DialTarget | null {
  const named = /^(?:int(?:erna)?|ext(?:ension)?|lokal(?:na)?)[.:]?\s*(\d{2,6})$/i.exec(text)?.[1];
  const digits = named ?? text.replaceAll(/[\s-]/g, '');
  const isShort = /^[0-9*#]{2,6}$/.test(digits) || /^[*#][0-9*#]{1,19}$/.test(digits);
  return isShort && /\d/.test(digits) ? inside(digits) : null;
}

/** The one public number that stands in the text. */
function inText(text: string, plan: NumberPlan): DialTarget | null {
  // A letter O is how some write a nought; with other letters beside it, it is a letter.
  const read = /^[^a-np-z]*$/i.test(text) ? text.replaceAll(/o/gi, '0') : text;
  const found = new Set<string>();
  for (const [run] of read.matchAll(numberInText)) {
    const whole = publicNumber(run, plan);
    const parts = whole ? [whole] : run.split(/\s*\/\s*/).map((part) => publicNumber(part, plan));
    for (const number of parts) if (number) found.add(number);
  }
  const [number, another] = found;
  return number !== undefined && another === undefined ? outside(number, plan) : null;
}

/** "080 TAXI 24": letters count as keys only where all of it together is a valid number. */
function vanity(text: string, plan: NumberPlan): DialTarget | null {
  if (!/^\+?[\d\s().-]*\d[\d\s().-]*[A-Z][A-Z\d\s-]*$/.test(text) || !/\d{3}/.test(text))
    return null;
  const digits = text.replaceAll(/[A-Z]/g, (letter) =>
    String(keypad.findIndex((key) => key.includes(letter)) + 2),
  );
  const number = publicNumber(digits, plan);
  return number === null ? null : outside(number, plan);
}

/** Digits and nothing else, in a plan nobody knows: the exchange may. */
function unknownPlan(text: string): DialTarget | null {
  const digits = text.replaceAll(/[\s()-]/g, '');
  return /^\d{7,15}$/.test(digits) ? inside(digits) : null;
}

/** E.164. Nobody's date or house number is a valid number; what is only possible must be written with its country code. */
function publicNumber(run: string, { region, outsidePrefix }: NumberPlan): string | null {
  if (date.test(run)) return null;
  const bare = run.replaceAll('(0)', '').replaceAll(/[^\d+]/g, '');
  if (bare.replace('+', '').length < 7) return null;
  const read = toE164(bare, region);
  const isOwn = outsidePrefix !== '' && bare.startsWith(outsidePrefix);
  // "0 041 123 456": the prefix that the exchange wants was dialled by hand. It must not make another country of it.
  const behind = isOwn ? bare.slice(outsidePrefix.length) : '';
  const national = behind.startsWith('0') ? toE164(behind, region) : null;
  return national ?? read;
}

function outside(number: string, { outsidePrefix }: NumberPlan): DialTarget {
  return { target: `${outsidePrefix}${number}`, number, written: number };
}

function inside(digits: string): DialTarget {
  return { target: digits, number: null, written: digits };
}
