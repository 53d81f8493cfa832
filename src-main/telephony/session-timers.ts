/**
 * Session timers (RFC 4028) of all dialogs: agreed on in INVITE and UPDATE, refreshed by us or by the other side, ended where
 * nobody refreshed. While the line is lost nobody can be refreshed and nobody is hung up on: the clock goes on when it is back.
 */
import type { IncomingRequestMessage } from 'sip.js/lib/core/messages/incoming-request-message.js';
import type { IncomingResponseMessage } from 'sip.js/lib/core/messages/incoming-response-message.js';
import type { OutgoingRequestMessage } from 'sip.js/lib/core/messages/outgoing-request-message.js';
import { assertNever } from '#shared/assert-never.ts';
import type { Clock } from '../host.ts';
import type { Refusal } from './sip-hooks.ts';
import {
  agreeAsAnswerer,
  agreeAsAsker,
  answerHeaders,
  isTooShort,
  overAfter,
  readMinimum,
  readSessionExpires,
  refreshAfter,
  shortestSeconds,
  wishedSeconds,
  type SessionInterval,
  type TimerWish,
} from './session-interval.ts';

export type RefreshOutcome =
  /** The 2xx has set the timer anew. */
  | { readonly type: 'refreshed' }
  /** RFC 3261 §12.2.1.2: 481, the dialog does not exist any more. */
  | { readonly type: 'gone' }
  | { readonly type: 'again'; readonly afterMs: number };

export interface SessionTimersDeps {
  readonly clock: Clock;
  isLineUp(): boolean;
  /** Refreshes by UPDATE, or by re-INVITE where the other side allows no UPDATE (RFC 4028 §7.4). Never fails. */
  refresh(dialogId: string, by: 'UPDATE' | 'INVITE'): Promise<RefreshOutcome>;
  /** Nobody refreshed it: hang up (RFC 4028 §10). */
  over(dialogId: string): void;
}

interface Timed {
  interval: SessionInterval;
  refresh: Disposable | null;
  end: Disposable | null;
  /** It would have ended while the line was lost. */
  overdue: boolean;
}

const timed = new Set(['INVITE', 'UPDATE']);
/** After an outage the other side gets so long to be reached, or to reach us. */
const graceMs = 32_000;

export class SessionTimers {
  readonly #deps: SessionTimersDeps;
  readonly #sessions = new Map<string, Timed>();
  /** Dialogs whose other side allows UPDATE. */
  readonly #updatable = new Set<string>();
  /** The longest Min-SE that was asked of each request (RFC 4028 §7.3). */
  readonly #minima = new WeakMap<OutgoingRequestMessage, number>();
  /** … and in each dialog, by either side: RFC 4028 §7.4 wants no less in what is asked there later. */
  readonly #floors = new Map<string, number>();

  constructor(deps: SessionTimersDeps) {
    this.#deps = deps;
  }

  /** A request of ours is made. RFC 4028 §7.1, §7.4: within a session it says who refreshes, so that nothing changes. */
  made(request: OutgoingRequestMessage): void {
    if (!timed.has(request.method)) return;
    const current = this.#sessions.get(asDialogId(request))?.interval;
    this.#ask(request, current?.seconds ?? wishedSeconds, current);
  }

  /** RFC 4028 §9: the 422 for a request whose interval is too short. */
  arrived(request: IncomingRequestMessage): Refusal | null {
    if (!timed.has(request.method) || !isTooShort(wishOf(request))) return null;
    return { statusCode: 422, extraHeaders: [`Min-SE: ${shortestSeconds}`] };
  }

  /** RFC 4028 §7.3: a 422 is followed by the same request with the interval that it names. */
  refused(request: OutgoingRequestMessage, response: IncomingResponseMessage): boolean {
    if (response.statusCode !== 422 || !timed.has(request.method)) return false;
    const minimum = readMinimum(response.getHeader('min-se'));
    if (minimum <= this.#floorOf(request)) return false;
    this.#minima.set(request, minimum);
    if (request.toTag) this.#raise(asDialogId(request), minimum);
    const current = this.#sessions.get(asDialogId(request))?.interval;
    const asked = readSessionExpires(request.getHeader('session-expires'))?.seconds ?? 0;
    this.#ask(request, asked, current);
    return true;
  }

  accepted(request: OutgoingRequestMessage, response: IncomingResponseMessage): void {
    if (!timed.has(request.method) || !response.toTag) return;
    const dialogId = request.callId + request.fromTag + response.toTag;
    this.#noteAllow(dialogId, response.getHeader('allow'));
    this.#raise(dialogId, this.#minima.get(request) ?? shortestSeconds);
    this.#set(dialogId, agreeAsAsker(readSessionExpires(response.getHeader('session-expires'))));
  }

  /** A 2xx of ours goes out; what it says of the timer. */
  accepting(request: IncomingRequestMessage, dialogId: string): readonly string[] {
    if (!timed.has(request.method)) return [];
    this.#noteAllow(dialogId, request.getHeader('allow'));
    const wish = wishOf(request);
    this.#raise(dialogId, wish.minimum);
    const interval = agreeAsAnswerer(wish);
    this.#set(dialogId, interval);
    return interval ? answerHeaders(interval) : [];
  }

  ended(dialogId: string): void {
    this.#stop(dialogId);
    this.#updatable.delete(dialogId);
    this.#floors.delete(dialogId);
  }

  /** The line is back: every session is refreshed, whoever's turn it is, and none is judged by the time it could not be reached. */
  back(): void {
    for (const [dialogId, session] of this.#sessions) {
      const { interval, overdue } = session;
      if (overdue) this.#endAfter(dialogId, session, Math.min(graceMs, overAfter(interval)));
      if (interval.refresher === 'us' || overdue) void this.#refresh(dialogId);
    }
  }

  [Symbol.dispose](): void {
    for (const dialogId of this.#sessions.keys()) this.#stop(dialogId);
  }

  #ask(
    request: OutgoingRequestMessage,
    seconds: number,
    current: SessionInterval | undefined,
  ): void {
    const refresher = current && `;refresher=${current.refresher === 'us' ? 'uac' : 'uas'}`;
    const floor = this.#floorOf(request);
    request.setHeader('session-expires', `${Math.max(seconds, floor)}${refresher ?? ''}`);
    request.setHeader('min-se', String(floor));
  }

  #floorOf(request: OutgoingRequestMessage): number {
    const ofDialog = this.#floors.get(asDialogId(request)) ?? shortestSeconds;
    return Math.max(this.#minima.get(request) ?? 0, ofDialog);
  }

  #raise(dialogId: string, minimum: number): void {
    const before = this.#floors.get(dialogId) ?? shortestSeconds;
    if (minimum > before) this.#floors.set(dialogId, minimum);
  }

  #noteAllow(dialogId: string, allow: string | undefined): void {
    if (allow === undefined) return;
    if (/(?:^|[\s,])UPDATE(?:[\s,]|$)/i.test(allow)) this.#updatable.add(dialogId);
    else this.#updatable.delete(dialogId);
  }

  #set(dialogId: string, interval: SessionInterval | null): void {
    this.#stop(dialogId);
    if (!interval) return;
    const session: Timed = { interval, refresh: null, end: null, overdue: false };
    this.#sessions.set(dialogId, session);
    this.#endAfter(dialogId, session, overAfter(interval));
    if (interval.refresher === 'us') this.#refreshAfter(dialogId, session, refreshAfter(interval));
  }

  #stop(dialogId: string): void {
    const session = this.#sessions.get(dialogId);
    session?.refresh?.[Symbol.dispose]();
    session?.end?.[Symbol.dispose]();
    this.#sessions.delete(dialogId);
  }

  #endAfter(dialogId: string, session: Timed, ms: number): void {
    session.overdue = false;
    session.end?.[Symbol.dispose]();
    session.end = this.#deps.clock.after(ms, () => {
      if (!this.#deps.isLineUp()) session.overdue = true;
      else {
        this.#stop(dialogId);
        this.#deps.over(dialogId);
      }
    });
  }

  #refreshAfter(dialogId: string, session: Timed, ms: number): void {
    session.refresh?.[Symbol.dispose]();
    session.refresh = this.#deps.clock.after(ms, () => void this.#refresh(dialogId));
  }

  async #refresh(dialogId: string): Promise<void> {
    // What is due while the line is lost is done when it is back.
    if (!this.#deps.isLineUp()) return;
    const by = this.#updatable.has(dialogId) ? 'UPDATE' : 'INVITE';
    const before = this.#sessions.get(dialogId);
    const outcome = await this.#deps.refresh(dialogId, by);
    const session = this.#sessions.get(dialogId);
    // A request of either side may have refreshed it meanwhile, or the call has ended.
    if (!session || session !== before) return;
    switch (outcome.type) {
      case 'refreshed':
        return;
      case 'gone':
        this.#stop(dialogId);
        return this.#deps.over(dialogId);
      case 'again':
        return this.#refreshAfter(dialogId, session, outcome.afterMs);
      default:
        return assertNever(outcome);
    }
  }
}

function asDialogId({ callId, fromTag, toTag }: OutgoingRequestMessage): string {
  return callId + fromTag + (toTag ?? '');
}

function wishOf(request: IncomingRequestMessage): TimerWish {
  const supported = request
    .getHeaders('supported')
    .flatMap((value) => value.split(','))
    .some((tag) => tag.trim().toLowerCase() === 'timer');
  return {
    supported,
    expires: readSessionExpires(request.getHeader('session-expires')),
    minimum: readMinimum(request.getHeader('min-se')),
  };
}
