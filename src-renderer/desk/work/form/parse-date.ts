/**
 * A date as an operator types it, as YYYY-MM-DD, or null: "1.12.", "1. 12. 2026", "1/12/26", "2026-12-01".
 * Day before month. Without a year it is the next such day from `today` (YYYY-MM-DD) on.
 */
export function parseTypedDate(written: string, today: string): string | null {
  const text = written.trim();
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (iso) return realDate(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const typed = /^(\d{1,2})\s*[./-]\s*(\d{1,2})\s*(?:[./-]\s*(\d{4}|\d{2})?)?\.?$/.exec(text);
  if (!typed) return null;
  const day = Number(typed[1]);
  const month = Number(typed[2]);
  if (typed[3] !== undefined) {
    const year = Number(typed[3]);
    return realDate(year < 100 ? 2000 + year : year, month, day);
  }
  const thisYear = Number(today.slice(0, 4));
  const date = realDate(thisYear, month, day);
  return date !== null && date < today ? realDate(thisYear + 1, month, day) : date;
}

function realDate(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  const real = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return real ? date.toISOString().slice(0, 10) : null;
}

/** The day it is now in a zone (IANA name), as YYYY-MM-DD. */
export function todayIn(zone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(new Date());
}
