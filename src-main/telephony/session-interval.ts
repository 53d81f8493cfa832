/** What two sides agree on about how long a session lives without a sign of life (RFC 4028). */

/** RFC 4028 §4: "This value is RECOMMENDED to be 1800 seconds". */
export const wishedSeconds = 1800;
/** RFC 4028 §5: "The absolute minimum for the Session-Expires header field is 90 seconds"; shorter is answered 422. */
export const shortestSeconds = 90;
const longestSeconds = 86_400;

export interface SessionExpires {
  readonly seconds: number;
  readonly refresher: 'uac' | 'uas' | null;
}

export interface SessionInterval {
  readonly seconds: number;
  readonly refresher: 'us' | 'them';
}

/** What a request says of the session timer. */
export interface TimerWish {
  /** Supported: timer */
  readonly supported: boolean;
  readonly expires: SessionExpires | null;
  readonly minimum: number;
}

/** RFC 4028 §4: delta-seconds and parameters; null where it cannot be read. */
export function readSessionExpires(written: string | undefined): SessionExpires | null {
  const [, seconds = '', params = ''] = /^\s*(\d{1,9})\s*(;.*)?$/.exec(written ?? '') ?? [];
  if (seconds === '') return null;
  const [, refresher = ''] = /;\s*refresher\s*=\s*"?(uac|uas)\b/i.exec(params) ?? [];
  const who = refresher.toLowerCase();
  return {
    seconds: Math.min(Number(seconds), longestSeconds),
    refresher: who === 'uac' || who === 'uas' ? who : null,
  };
}

/** RFC 4028 §5: Min-SE; 90 where it is absent or cannot be read. */
export function readMinimum(written: string | undefined): number {
  const seconds = Number(/^\s*(\d{1,9})\s*(?:;|$)/.exec(written ?? '')?.[1] ?? shortestSeconds);
  return Math.min(Math.max(seconds, shortestSeconds), longestSeconds);
}

/**
 * RFC 4028 §9: an interval that is too short is refused 422 where the other side understands timers; where it does not, there
 * is none.
 */
export function isTooShort({ supported, expires }: TimerWish): boolean {
  return supported && expires !== null && expires.seconds < shortestSeconds;
}

/**
 * What the answering side agrees to (RFC 4028 §9, table 2), and says in its 2xx; null: no session timer.
 * Where the choice is ours we refresh: an UPDATE costs us less than waiting for one.
 */
export function agreeAsAnswerer(wish: TimerWish): SessionInterval | null {
  const { supported, expires, minimum } = wish;
  if (expires) {
    if (expires.seconds < shortestSeconds) return null;
    const theirs = supported && expires.refresher === 'uac';
    return { seconds: expires.seconds, refresher: theirs ? 'them' : 'us' };
  }
  return supported ? { seconds: Math.max(wishedSeconds, minimum), refresher: 'us' } : null;
}

/** The headers of the 2xx that says so. RFC 4028 §9: Require: timer where the other side must refresh. */
export function answerHeaders({ seconds, refresher }: SessionInterval): readonly string[] {
  return refresher === 'them'
    ? [`Session-Expires: ${seconds};refresher=uac`, 'Require: timer']
    : [`Session-Expires: ${seconds};refresher=uas`];
}

/** What the 2xx to our request agreed to (RFC 4028 §7.2); null: the other side keeps no session timer. */
export function agreeAsAsker(answer: SessionExpires | null): SessionInterval | null {
  if (!answer) return null;
  const seconds = Math.max(answer.seconds, shortestSeconds);
  return { seconds, refresher: answer.refresher === 'uas' ? 'them' : 'us' };
}

/** When we refresh: RFC 4028 §7.2, "it is RECOMMENDED that this refresh occur once half the session interval has elapsed". */
export function refreshAfter({ seconds }: SessionInterval): number {
  return (seconds / 2) * 1000;
}

/**
 * When a session that nobody refreshed is over: RFC 4028 §10, "the minimum of 32 seconds and one third of the session interval"
 * before it expires.
 */
export function overAfter({ seconds }: SessionInterval): number {
  return (seconds - Math.min(32, seconds / 3)) * 1000;
}
