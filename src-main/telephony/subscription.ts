/**
 * One subscription (RFC 6665 §4.1), which says honestly whether it is heard: sip.js's own renews blindly and forgets what the
 * exchange says at the end.
 *
 *   asking ──NOTIFY──► heard ──refreshed before it expires──► heard
 *     ▲  │               │
 *     │  └─refused       └─terminated, expired, 481 ──► unheard
 *     └──────────────── wait as the reason allows ◄─────┘        (rejected for good: no more)
 */
import type { URI, UserAgent } from 'sip.js';
import { newTag } from 'sip.js/lib/core/messages/utils.js';
import type { IncomingResponseMessage } from 'sip.js/lib/core/messages/incoming-response-message.js';
import type { IncomingRequestMessage } from 'sip.js/lib/core/messages/incoming-request-message.js';
import type { NotifyUserAgentServer } from 'sip.js/lib/core/user-agents/notify-user-agent-server.js';
import type { SubscribeUserAgentClient } from 'sip.js/lib/core/user-agents/subscribe-user-agent-client.js';
import type { Clock } from '../host.ts';
import {
  afterRefusal,
  afterTermination,
  readSubscriptionState,
  type SubscriptionState,
} from './subscription-rules.ts';

export interface SubscriptionDeps {
  readonly ua: UserAgent;
  readonly clock: Clock;
  readonly target: URI;
  readonly event: 'dialog' | 'message-summary';
  readonly accept: string;
  /** State came. @returns true where something was missed: everything is asked for again. */
  notified(body: string, contentType: string): boolean;
  /** It begins to count anew. */
  begun(): void;
  /** Whether what was heard last is true now. */
  heard(fresh: boolean): void;
  /** The first answer has come, whichever. */
  settled(): void;
}

interface SubscriptionDialog {
  readonly callId: string;
  readonly localTag: string;
  cseq: number;
  remoteTag: string | null;
  remoteCseq: number;
  target: URI;
  routes: readonly string[] | null;
}

type Timer = 'refresh' | 'expiry' | 'retry' | 'notify' | 'missed';

const wishedSeconds = 3600;
/** RFC 6665 §4.1.2.4: Timer N, 64*T1: a NOTIFY follows every SUBSCRIBE. */
const notifyMs = 32_000;
const missedMs = 5000;

export class Subscription implements Disposable {
  readonly #deps: SubscriptionDeps;
  #dialog: SubscriptionDialog | null = null;
  #seconds = wishedSeconds;
  #failures = 0;
  #expiresAt = 0;
  #closed = false;
  /** When something had been missed and everything was asked for again. */
  #missedAt = -Infinity;
  #timers = new Map<Timer, Disposable>();

  constructor(deps: SubscriptionDeps) {
    this.#deps = deps;
  }

  /** Asks, and goes on asking as the rules allow until it is disposed of. */
  start(): void {
    if (this.#closed) return;
    this.#forget();
    const { ua, target } = this.#deps;
    const callId = `${newTag()}${newTag()}`;
    this.#dialog = {
      callId,
      localTag: newTag(),
      cseq: 0,
      remoteTag: null,
      remoteCseq: 0,
      target,
      routes: null,
    };
    ua.userAgentCore.subscribers.set(
      this.#subscriberId(this.#dialog),
      this.#ear(this.#dialog) as unknown as SubscribeUserAgentClient,
    );
    this.#deps.begun();
    this.#ask(this.#dialog, this.#seconds);
  }

  /** Ends it at the exchange, too (RFC 6665 §4.1.2.3). */
  unsubscribe(): void {
    const dialog = this.#dialog;
    this[Symbol.dispose]();
    if (dialog?.remoteTag && this.#expiresAt > this.#deps.clock.now()) this.#send(dialog, 0, {});
  }

  /** The line is lost, or nobody wants to know any more. */
  [Symbol.dispose](): void {
    this.#closed = true;
    this.#forget();
  }

  #forget(): void {
    for (const timer of this.#timers.values()) timer[Symbol.dispose]();
    this.#timers.clear();
    if (this.#dialog)
      this.#deps.ua.userAgentCore.subscribers.delete(this.#subscriberId(this.#dialog));
    this.#dialog = null;
  }

  #subscriberId({ callId, localTag }: SubscriptionDialog): string {
    return callId + localTag + this.#deps.event;
  }

  #after(what: Timer, ms: number, run: () => void): void {
    this.#timers.get(what)?.[Symbol.dispose]();
    this.#timers.set(what, this.#deps.clock.after(ms, run));
  }

  #ask(dialog: SubscriptionDialog, seconds: number): void {
    // The NOTIFY may be faster than the answer.
    this.#after('notify', notifyMs, () => this.#end(null, null));
    this.#send(dialog, seconds, {
      onAccept: (response) => {
        if (this.#dialog !== dialog) return;
        dialog.remoteTag ??= response.toTag;
        const granted = Number.parseInt(response.getHeader('expires') ?? '', 10);
        this.#live(Number.isNaN(granted) ? seconds : Math.min(granted, seconds));
        this.#deps.settled();
      },
      onReject: (response) => {
        if (this.#dialog === dialog) this.#refused(dialog, response);
      },
    });
  }

  #send(
    dialog: SubscriptionDialog,
    seconds: number,
    hear: {
      onAccept?(response: IncomingResponseMessage): void;
      onReject?(response: IncomingResponseMessage): void;
    },
  ): void {
    const { ua, target, event, accept } = this.#deps;
    const core = ua.userAgentCore;
    const request = core.makeOutgoingRequestMessage(
      'SUBSCRIBE',
      dialog.target,
      core.configuration.aor,
      target,
      {
        callId: dialog.callId,
        cseq: dialog.cseq + 1,
        fromTag: dialog.localTag,
        toTag: dialog.remoteTag ?? '',
        routeSet: [...(dialog.routes ?? [])],
      },
      [
        `Event: ${event}`,
        `Accept: ${accept}`,
        `Expires: ${seconds}`,
        `Contact: ${ua.contact.toString()}`,
      ],
    );
    dialog.cseq = request.cseq;
    core.request(request, {
      onAccept: ({ message }) => {
        dialog.cseq = Math.max(dialog.cseq, request.cseq);
        hear.onAccept?.(message);
      },
      onRedirect: ({ message }) => hear.onReject?.(message),
      onReject: ({ message }) => {
        dialog.cseq = Math.max(dialog.cseq, request.cseq);
        hear.onReject?.(message);
      },
    });
  }

  #refused(dialog: SubscriptionDialog, response: IncomingResponseMessage): void {
    const status = response.statusCode ?? 0;
    // RFC 6665 §4.2.1.1: 423 names the shortest interval in Min-Expires.
    const shortest = Number.parseInt(response.getHeader('min-expires') ?? '', 10);
    if (status === 423 && shortest > this.#seconds && shortest <= 86_400) {
      this.#seconds = shortest;
      return this.#ask(dialog, shortest);
    }
    this.#deps.settled();
    // No NOTIFY follows a SUBSCRIBE that was refused.
    this.#timers.get('notify')?.[Symbol.dispose]();
    const left = this.#expiresAt - this.#deps.clock.now();
    const { ends, afterMs } = afterRefusal(
      status,
      Number.parseInt(response.getHeader('retry-after') ?? '', 10),
      this.#failures++,
      Math.random(),
    );
    // RFC 6665 §4.1.2.2: what does not end it leaves it as it was until it expires.
    if (!ends && left > 1000)
      return this.#after('refresh', Math.min(afterMs ?? left, left / 2), () =>
        this.#ask(dialog, this.#seconds),
      );
    this.#again(afterMs);
  }

  #live(seconds: number): void {
    if (seconds <= 0) return;
    const ms = seconds * 1000;
    this.#expiresAt = this.#deps.clock.now() + ms;
    this.#after('expiry', ms, () => this.#end('timeout', null));
    const dialog = this.#dialog;
    if (dialog)
      this.#after('refresh', ms * (0.75 + 0.15 * Math.random()), () =>
        this.#ask(dialog, this.#seconds),
      );
  }

  #ear(dialog: SubscriptionDialog): object {
    return {
      dispose: () => undefined,
      onNotify: (server: NotifyUserAgentServer) => {
        const refused = this.#hear(dialog, server.message);
        if (refused) server.reject({ statusCode: refused });
        else server.accept();
      },
    };
  }

  /** @returns the status to refuse the NOTIFY with, or 0. */
  #hear(dialog: SubscriptionDialog, request: IncomingRequestMessage): number {
    const said = readSubscriptionState(request.getHeader('subscription-state'));
    if (!said) return 400;
    // A fork of the SUBSCRIBE (RFC 6665 §4.1.4): one who answers is enough.
    if (dialog.remoteTag !== null && dialog.remoteTag !== request.fromTag) return 481;
    if (request.cseq <= dialog.remoteCseq) return 500;
    dialog.remoteCseq = request.cseq;
    this.#timers.get('notify')?.[Symbol.dispose]();
    // RFC 6665 §4.4.1: the first NOTIFY makes the dialog, however much sooner the answer came.
    dialog.routes ??= request.getHeaders('record-route');
    dialog.remoteTag = request.fromTag;
    const contact: unknown = request.parseHeader('contact');
    if (isNameAddr(contact)) dialog.target = contact.uri;
    // Answered first: what it says may lead to a SUBSCRIBE of ours.
    queueMicrotask(() => {
      if (this.#dialog === dialog) this.#take(dialog, said, request);
    });
    return 0;
  }

  #take(
    dialog: SubscriptionDialog,
    said: SubscriptionState,
    request: IncomingRequestMessage,
  ): void {
    if (said.state === 'terminated') {
      if (request.body) this.#deps.notified(request.body, request.getHeader('content-type') ?? '');
      return this.#end(said.reason, said.retryAfter);
    }
    this.#failures = 0;
    if (said.expires !== null) this.#live(Math.min(said.expires, this.#seconds));
    // RFC 6665 §4.1.3: "pending" means that nobody has decided yet whether we may know.
    if (said.state === 'pending') return;
    const missed = this.#deps.notified(request.body, request.getHeader('content-type') ?? '');
    this.#deps.heard(true);
    if (missed) this.#askForAll(dialog);
  }

  /** At once, but an exchange that cannot count is not asked as fast as it answers. */
  #askForAll(dialog: SubscriptionDialog): void {
    const now = this.#deps.clock.now();
    const wait = this.#missedAt + missedMs - now;
    if (wait > 0) return this.#after('missed', wait, () => this.#askForAll(dialog));
    this.#missedAt = now;
    this.#ask(dialog, this.#seconds);
  }

  #end(reason: string | null, retryAfter: number | null): void {
    this.#deps.settled();
    this.#again(afterTermination(reason, retryAfter, this.#failures++, Math.random()));
  }

  #again(afterMs: number | null): void {
    this.#forget();
    this.#expiresAt = 0;
    this.#deps.heard(false);
    if (afterMs !== null && !this.#closed) this.#after('retry', afterMs, () => this.start());
  }
}

function isNameAddr(value: unknown): value is { readonly uri: URI } {
  return typeof value === 'object' && value !== null && 'uri' in value;
}
