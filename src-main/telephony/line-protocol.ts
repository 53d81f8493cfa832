/** What every message of the line obeys: credentials, session timers, UPDATE, and what may come outside a dialog. */
import type { UserAgent } from 'sip.js';
import type { Clock } from '../host.ts';
import { Credentials } from './credentials.ts';
import { Farewells } from './farewells.ts';
import { SessionTimers, type RefreshOutcome } from './session-timers.ts';
import { hookUserAgent } from './sip-hooks.ts';
import { methods } from './sip-patch.ts';
import { refreshByUpdate, UpdateServer, type UpdateTaker } from './update.ts';

export interface LineProtocolDeps extends Omit<UpdateTaker, 'accepting'> {
  readonly ua: UserAgent;
  readonly account: { readonly username: string; readonly password: string };
  readonly clock: Clock;
  isLineUp(): boolean;
  /** Refreshes the session of a dialog by a re-INVITE. Never fails. */
  reinvite(dialogId: string): Promise<RefreshOutcome>;
  /** Nobody refreshed the session: hang up. */
  over(dialogId: string): void;
}

export interface LineProtocol extends Disposable {
  /** The line is registered again. */
  back(): void;
}

/** They belong to a dialog or to nothing (RFC 3261 §15.1.2, RFC 3262 §3, RFC 3311 §5.2, RFC 6086 §4). */
const onlyInDialogs = new Set(['BYE', 'INFO', 'PRACK', 'UPDATE']);

/** Call it once for a user agent, before anything else is put around its core. */
export function obeyProtocol(deps: LineProtocolDeps): LineProtocol {
  const { ua, clock } = deps;
  const credentials = new Credentials(deps.account, clock);
  const farewells = new Farewells(ua);
  const timers = new SessionTimers({
    clock,
    isLineUp: () => deps.isLineUp(),
    refresh: (dialogId, by) =>
      by === 'UPDATE' ? refreshByUpdate(ua, dialogId) : deps.reinvite(dialogId),
    over: (dialogId) => deps.over(dialogId),
  });
  const updates = new UpdateServer(ua, {
    isNegotiating: (dialog) => deps.isNegotiating(dialog),
    answerOffer: (dialog, offer) => deps.answerOffer(dialog, offer),
    accepting: (request, dialogId) => timers.accepting(request, dialogId),
    updated: (dialog, headers) => deps.updated(dialog, headers),
  });
  hookUserAgent(ua, {
    made: (request) => {
      credentials.prepare(request);
      timers.made(request);
      farewells.made(request);
    },
    arrived: (request) =>
      !request.toTag && onlyInDialogs.has(request.method)
        ? { statusCode: 481, extraHeaders: [] }
        : timers.arrived(request),
    taken: (request) => {
      if (request.method !== 'UPDATE') return false;
      updates.take(request);
      return true;
    },
    refused: (request, response, isWanted) => {
      const isChallenge = response.statusCode === 401 || response.statusCode === 407;
      const again =
        isWanted &&
        (isChallenge ? credentials.answer(request, response) : timers.refused(request, response));
      if (!again) farewells.answered(request, response);
      else if (!isChallenge) credentials.again(request);
      return again;
    },
    accepted: (request, response) => {
      credentials.accepted(response);
      timers.accepted(request, response);
      farewells.answered(request, response);
    },
    accepting: (request, dialogId) => [
      ...timers.accepting(request, dialogId),
      // RFC 3261 §13.3.1.4: "a 2xx … SHOULD contain … Allow"; sip.js says so in the first one only, whose
      // `toTag` it has set to ours meanwhile.
      ...(request.method === 'INVITE' && request.to.hasParam('tag')
        ? [`Allow: ${methods.join(',')}`]
        : []),
    ],
    ended: (dialogId) => timers.ended(dialogId),
  });
  return {
    back: () => {
      farewells.back();
      timers.back();
    },
    [Symbol.dispose]: () => timers[Symbol.dispose](),
  };
}

const againMs = 10_000;

/** Refreshes a leg's session by a re-INVITE; one that the exchange has forgotten has ended by that. */
export async function reinviteToRefresh(
  leg: { refresh(): Promise<void> } | undefined,
): Promise<RefreshOutcome> {
  try {
    await leg?.refresh();
    return { type: 'refreshed' };
  } catch {
    return { type: 'again', afterMs: againMs };
  }
}
