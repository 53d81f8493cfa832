/** Tells of messages that sip.js drops: which part of it did, never what they said (it puts addresses into its own words). */
import type { Clock } from '../host.ts';
import type { Log } from '../log.ts';

/** They read what comes before anybody answers for it. */
const readers = new Set(['sip.Parser', 'sip.UserAgent']);
const everyMs = 1000;

/** @returns what sip.js's own log lines go through; told once a second, because a log that is flooded tells nothing. */
export function createDropLog(clock: Clock, log: Log): (level: string, category: string) => void {
  let drops = 0;
  let toldAt = -Infinity;
  return (level, category) => {
    log.debug({ level, category }, 'sip.js');
    if (!readers.has(category)) return;
    drops++;
    const now = clock.now();
    if (now - toldAt < everyMs) return;
    log.warn({ category, lines: drops }, 'SIP message dropped');
    toldAt = now;
    drops = 0;
  };
}
