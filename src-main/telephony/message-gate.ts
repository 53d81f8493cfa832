/** Which of the exchange's messages get to the parser: it costs milliseconds a message, and main has other work. */
import type { Clock } from '../host.ts';

/** Longest head that is read; an INVITE of an exchange has about 2,000 characters in 25 lines. */
const longestHead = 8_192;
const mostHeadLines = 80;
/** Of each second, milliseconds for requests that begin something, and for all else, which they must not crowd out. */
const beginningsShare = 200;
const othersShare = 500;
/** Seconds of its share that each may take at once. */
const savedSeconds = 2;
/** What a message is reckoned to cost at least, in milliseconds. */
const leastCost = 0.5;

export interface MessageGate {
  /** Takes the message in, or says why not, for the log. Throws what `takeIn` throws. */
  pass(message: string, takeIn: () => void): 'too-long' | 'too-many' | null;
}

/**
 * A message costs the processor time that it took, and not what other programs took meanwhile: else a call would be refused
 * because the machine is busy. Who sends more than fits into the share of the time is refused without an answer.
 * @param spent processor time of this process, milliseconds.
 */
export function createMessageGate(clock: Clock, spent: () => number = processorMs): MessageGate {
  const beginnings = createShare(clock, beginningsShare);
  const others = createShare(clock, othersShare);
  return {
    pass(message, takeIn) {
      const end = message.indexOf('\r\n\r\n');
      const head = message.slice(0, end < 0 ? longestHead + 1 : end);
      if (head.length > longestHead || isManyLines(head)) return 'too-long';
      const share = beginsSomething(head) ? beginnings : others;
      if (!share.isLeft()) return 'too-many';
      const began = spent();
      try {
        takeIn();
      } finally {
        share.spend(Math.max(leastCost, spent() - began));
      }
      return null;
    },
  };
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
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

/** Milliseconds to spend: full at first, refilled evenly. */
function createShare(
  clock: Clock,
  msPerSecond: number,
): { isLeft(): boolean; spend(ms: number): void } {
  const most = savedSeconds * msPerSecond;
  let left = most;
  let at = clock.now();
  return {
    isLeft() {
      const now = clock.now();
      left = Math.min(most, left + (Math.max(0, now - at) / 1000) * msPerSecond);
      at = now;
      return left > 0;
    },
    spend: (ms) => void (left -= ms),
  };
}
