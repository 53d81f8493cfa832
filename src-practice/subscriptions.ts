/** Subscriptions of desks (RFC 6665): their mailbox (RFC 3842, always empty) and other lines' calls (RFC 4235). */
import type { Clock } from './clock.ts';
import { dialogAsServer, type Dialog } from './sip/dialog.ts';
import { headerField, type HeaderField } from './sip/message.ts';
import type { ServerTransaction } from './sip/server-transaction.ts';
import type { UserAgent } from './sip/user-agent.ts';
import { userOf } from './sip/values.ts';

export interface Subscriptions {
  /** SUBSCRIBE outside any dialog, from an authenticated line. */
  subscribe(transaction: ServerTransaction): void;
  /** A request inside a subscription's dialog; false: it belongs to none. */
  take(key: string, transaction: ServerTransaction): boolean;
  /** A line has become busy or free, has come or gone. */
  changed(extension: string): void;
  close(): void;
}

interface LineUse {
  readonly extension: string;
  /** A desk is registered there. */
  readonly reachable: boolean;
  readonly engaged: boolean;
}

export interface SubscriptionsDeps {
  readonly agent: UserAgent;
  readonly clock: Clock;
  readonly contact: string;
  readonly domain: string;
  /** null: no such line. */
  stateOf(user: string): LineUse | null;
}

interface Subscription {
  readonly dialog: Dialog;
  readonly event: 'message-summary' | 'dialog';
  /** Extension watched. */
  readonly of: string;
  version: number;
  expiresAt: number;
  timer: Disposable | null;
}

const events = ['message-summary', 'dialog'] as const;
const longest = 3600;
const usual = 600;

export function createSubscriptions(deps: SubscriptionsDeps): Subscriptions {
  const { agent, clock, contact, domain } = deps;
  const open = new Map<string, Subscription>();

  function subscribe(transaction: ServerTransaction): void {
    const { request } = transaction;
    const named = (headerField(request, 'event') ?? '').split(';')[0]?.trim().toLowerCase();
    const event = events.find((one) => one === named);
    // RFC 6665 §4.1.2.2, §7.2.
    if (!event) {
      transaction.respond(489, { headers: [['Allow-Events', events.join(', ')]] });
      return;
    }
    const watched = deps.stateOf(userOf(request.uri) ?? '');
    if (!watched) {
      transaction.respond(404);
      return;
    }
    const dialog = dialogAsServer(agent, transaction, contact);
    if (!dialog) {
      transaction.respond(400, { reason: 'No usable Contact' });
      return;
    }
    const subscription: Subscription = {
      dialog,
      event,
      of: watched.extension,
      version: 0,
      expiresAt: 0,
      timer: null,
    };
    open.set(dialog.key, subscription);
    accept(subscription, transaction);
  }

  function accept(subscription: Subscription, transaction: ServerTransaction): void {
    const asked = Number(headerField(transaction.request, 'expires') ?? usual);
    const seconds = Number.isInteger(asked) && asked >= 0 ? Math.min(asked, longest) : usual;
    subscription.timer?.[Symbol.dispose]();
    subscription.expiresAt = clock.now() + seconds * 1000;
    subscription.timer = clock.after(seconds * 1000, () => end(subscription, 'timeout'));
    transaction.respond(200, {
      headers: [
        ['Contact', contact],
        ['Expires', String(seconds)],
      ],
    });
    // RFC 6665 §4.2.2: at once, also where nothing has changed and where it ends.
    if (seconds === 0) end(subscription, 'timeout');
    else notify(subscription, `active;expires=${seconds}`);
  }

  function end(subscription: Subscription, reason: string): void {
    forget(subscription);
    notify(subscription, `terminated;reason=${reason}`);
  }

  function forget(subscription: Subscription): void {
    subscription.timer?.[Symbol.dispose]();
    subscription.timer = null;
    open.delete(subscription.dialog.key);
  }

  function notify(subscription: Subscription, state: string): void {
    const [type, body] = bodyOf(subscription);
    const headers: HeaderField[] = [
      ['Event', subscription.event],
      ['Subscription-State', state],
      ['Content-Type', type],
    ];
    subscription.dialog.request(
      'NOTIFY',
      { headers, body },
      {
        // RFC 6665 §4.2.2: whoever does not know it any more is told no more.
        final: ({ status }) => {
          if (status >= 300) forget(subscription);
        },
      },
    );
  }

  function bodyOf(subscription: Subscription): readonly [type: string, body: string] {
    const { of, event } = subscription;
    if (event === 'message-summary')
      return [
        'application/simple-message-summary',
        `Messages-Waiting: no\r\nMessage-Account: sip:${of}@${domain}\r\nVoice-Message: 0/0 (0/0)\r\n`,
      ];
    const use = deps.stateOf(of);
    // RFC 6665 §4.2.1.2: no meaningful state, an empty body. "No calls" would be told of a colleague who is not there.
    if (!use?.reachable && !use?.engaged) return ['application/dialog-info+xml', ''];
    const version = subscription.version;
    subscription.version += 1;
    const dialog = use.engaged ? `<dialog id="${of}"><state>confirmed</state></dialog>` : '';
    return [
      'application/dialog-info+xml',
      `<?xml version="1.0"?>\n<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="full" entity="sip:${of}@${domain}">${dialog}</dialog-info>\n`,
    ];
  }

  return {
    subscribe,
    take(key, transaction) {
      const subscription = open.get(key);
      if (!subscription) return false;
      if (subscription.dialog.admit(transaction) !== 'good') transaction.respond(481);
      else if (transaction.request.method === 'SUBSCRIBE') accept(subscription, transaction);
      else transaction.respond(405, { headers: [['Allow', 'SUBSCRIBE']] });
      return true;
    },
    changed(extension) {
      for (const subscription of open.values()) {
        if (subscription.event !== 'dialog' || subscription.of !== extension) continue;
        const left = Math.max(1, Math.round((subscription.expiresAt - clock.now()) / 1000));
        notify(subscription, `active;expires=${left}`);
      }
    },
    close() {
      for (const subscription of open.values()) forget(subscription);
    },
  };
}
