import styles from './LevelMeter.module.css';

const bars = 8;

/**
 * A sound level, 0 to 1, as bars; loudness is heard in steps of decibels, so the scale is logarithmic from −48 dB.
 * `blocked` draws the bars hollow: nothing may go out now.
 */
export function LevelMeter({
  level,
  label,
  blocked = false,
}: {
  readonly level: number;
  readonly label: string;
  readonly blocked?: boolean;
}) {
  const lit = litBars(level);
  return (
    <span className={styles.meter} data-blocked={blocked || undefined}>
      <meter className="heard" aria-label={label} min={0} max={bars} value={lit} />
      {Array.from({ length: bars }, (_, index) => (
        <i key={index} data-lit={index < lit || undefined} style={{ height: 4 + index * 1.5 }} />
      ))}
    </span>
  );
}

/** How many of the bars a level lights. */
export function litBars(level: number): number {
  if (level <= 0) return 0;
  const decibels = 20 * Math.log10(Math.min(level, 1));
  return Math.max(0, Math.min(bars, Math.round(((decibels + 48) / 48) * bars)));
}
