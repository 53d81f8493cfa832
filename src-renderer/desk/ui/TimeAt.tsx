import { localeOf } from '#shared/model/language.ts';
import { useLanguage } from './use-language.ts';

/** A moment (ISO 8601, UTC) in the project's zone: the hour today, the date before that, or both (`short`: without the year). */
export function TimeAt({
  at,
  zone,
  show = 'time',
}: {
  readonly at: string;
  readonly zone: string;
  readonly show?: 'time' | 'date' | 'both' | 'short' | 'seconds';
}) {
  const language = useLanguage();
  const text = new Intl.DateTimeFormat(localeOf(language), {
    ...styles[show],
    timeZone: zone,
  }).format(new Date(at));
  return (
    <time className="figures" dateTime={at}>
      {text}
    </time>
  );
}

const styles = {
  time: { hour: '2-digit', minute: '2-digit' },
  seconds: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  date: { day: 'numeric', month: 'numeric', year: 'numeric' },
  short: { day: 'numeric', month: 'numeric', hour: '2-digit', minute: '2-digit' },
  both: { day: 'numeric', month: 'numeric', year: 'numeric', hour: '2-digit', minute: '2-digit' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;
