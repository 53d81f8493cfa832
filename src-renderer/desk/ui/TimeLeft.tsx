import { formatDuration } from './duration.ts';
import { useNow } from './use-now.ts';

/** How long until `until` (ISO 8601, UTC), counting down to 0:00. */
export function TimeLeft({ until }: { readonly until: string }) {
  const now = useNow();
  return (
    <time className="figures" dateTime={until}>
      {formatDuration(Math.ceil((Date.parse(until) - now) / 1000))}
    </time>
  );
}
