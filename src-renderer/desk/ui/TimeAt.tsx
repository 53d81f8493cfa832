import { momentText, type MomentStyle } from './moment-text.ts';
import { useLanguage } from './use-language.ts';

/** A moment (ISO 8601, UTC) in the project's zone: the hour today, the date before that, or both (`short`: without the year). */
export function TimeAt({
  at,
  zone,
  show = 'time',
}: {
  readonly at: string;
  readonly zone: string;
  readonly show?: MomentStyle;
}) {
  const language = useLanguage();
  return (
    <time className="figures" dateTime={at}>
      {momentText(at, { language, zone, style: show })}
    </time>
  );
}
