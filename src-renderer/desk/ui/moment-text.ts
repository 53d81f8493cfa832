/** Moments as text; a formatter takes about as long to make as fifty texts. */
import { localeOf, type Language } from '#shared/model/language.ts';

const styles = {
  time: { hour: '2-digit', minute: '2-digit' },
  seconds: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  date: { day: 'numeric', month: 'numeric', year: 'numeric' },
  short: { day: 'numeric', month: 'numeric', hour: '2-digit', minute: '2-digit' },
  both: { day: 'numeric', month: 'numeric', year: 'numeric', hour: '2-digit', minute: '2-digit' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

export type MomentStyle = keyof typeof styles;

/** By language, zone and style: a handful. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** @param at ISO 8601, UTC. @param zone IANA. */
export function momentText(
  at: string,
  { language, zone, style }: { language: Language; zone: string; style: MomentStyle },
): string {
  const key = `${language} ${zone} ${style}`;
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(localeOf(language), { ...styles[style], timeZone: zone });
    formatters.set(key, formatter);
  }
  return formatter.format(new Date(at));
}
