/** Which of the exchange's messages get to the parser: it costs milliseconds a message, and main has other work. */
import type { Clock } from '../host.ts';

/** Longest head that is read; an INVITE of an exchange has about 2,000 characters in 25 lines. */
const longestHead = 8_192;
const mostHeadLines = 80;
/** Messages a second: of requests that begin something, and of all others, which a flood of those must not crowd out. */
const beginningsPerSecond = 50;
const othersPerSecond = 300;
/** So many of each may come at once. */
const inOneBreath = 500;

export interface MessageGate {
  /** Null: let it through; otherwise why not, for the log. */
  refusal(message: string): 'too-long' | 'too-many' | null;
}

export function createMessageGate(clock: Clock): MessageGate {
  const beginnings = bucket(clock, beginningsPerSecond);
  const others = bucket(clock, othersPerSecond);
  return {
    refusal(message) {
      const end = message.indexOf('\r\n\r\n');
      const head = message.slice(0, end < 0 ? longestHead + 1 : end);
      if (head.length > longestHead || isManyLines(head)) return 'too-long';
      return (beginsSomething(head) ? beginnings : others).take() ? null : 'too-many';
    },
  };
}

/** A request outside a dialog (RFC 3261 §12.2: those inside have a To tag), but for those that are answered at once. */
function beginsSomething(head: string): boolean {
  return !/^(?:SIP\/|ACK |CANCEL |OPTIONS )/.test(head) && !/^t(?:o)?\s*:.*;\s*tag=/im.test(head);
}

function isManyLines(head: string): boolean {
  let lines = 0;
  for (let at = 0; at >= 0 && lines <= mostHeadLines; at = head.indexOf('\n', at + 1)) lines++;
  return lines > mostHeadLines;
}

/** Full at first, refilled evenly. */
function bucket(clock: Clock, refillPerSecond: number): { take(): boolean } {
  let left = inOneBreath;
  let at = clock.now();
  return {
    take() {
      const now = clock.now();
      left = Math.min(inOneBreath, left + ((now - at) / 1000) * refillPerSecond);
      at = now;
      if (left < 1) return false;
      left--;
      return true;
    },
  };
}
