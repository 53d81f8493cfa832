import { formatDuration } from './duration.ts';
import { useNow } from './use-now.ts';

/** How long ago `since` (ISO 8601, UTC) was, counting up; until `until` where it has ended. */
export function TimeSince({
  since,
  until = null,
}: {
  readonly since: string;
  readonly until?: string | null;
}) {
  const now = useNow();
  const end = until === null ? now : Date.parse(until);
  return (
    <time className="figures" dateTime={since}>
      {formatDuration((end - Date.parse(since)) / 1000)}
    </time>
  );
}
