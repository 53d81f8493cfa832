/** Registrar (RFC 3261 §10) for lines that register over WebSocket, with Path (RFC 3327) and outbound (RFC 5626). */
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';
import type { Flow } from './sip/flow.ts';
import { headerField, headerFields, sequence } from './sip/message.ts';
import type { HeaderField, SipRequest } from './sip/message.ts';
import type { ServerTransaction } from './sip/server-transaction.ts';
import { parseNameAddr, splitList } from './sip/values.ts';
import type { NameAddr } from './sip/values.ts';

/** Where one line can be reached. */
export interface Binding {
  readonly contact: string;
  readonly flow: Flow;
  readonly path: readonly string[];
  readonly callId: string;
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** +sip.instance and reg-id, where the desk gave them: the same desk on a new flow. */
  readonly instance: string | null;
}

export interface Registrar {
  /** Answers an authenticated REGISTER of `sipUser`. */
  register(transaction: ServerTransaction, sipUser: string): void;
  /** The newest binding whose flow is open and whose time is not over. */
  bindingOf(sipUser: string): Binding | null;
  flowClosed(flow: Flow): void;
}

const shortest = 10;
const longest = 3600;
const usual = 600;
const mostBindings = 5;

/** @param changed called after a line's bindings have changed. */
export function createRegistrar({
  clock,
  log,
  changed,
}: {
  readonly clock: Clock;
  readonly log: Log;
  readonly changed: (sipUser: string) => void;
}): Registrar {
  /** Oldest first. */
  const bindings = new Map<string, readonly Binding[]>();
  const live = (sipUser: string): readonly Binding[] =>
    (bindings.get(sipUser) ?? []).filter((one) => one.flow.open && one.expiresAt > clock.now());

  function keep(sipUser: string, list: readonly Binding[]): void {
    if (list.length > 0) bindings.set(sipUser, list.slice(-mostBindings));
    else bindings.delete(sipUser);
    changed(sipUser);
  }

  return {
    register(transaction, sipUser) {
      const asked = readContacts(transaction.request);
      if (asked === null) {
        transaction.respond(400, { reason: 'Contact out of form' });
        return;
      }
      const { number } = sequence(transaction.request);
      const callId = headerField(transaction.request, 'call-id') ?? '';
      const before = live(sipUser);
      // RFC 3261 §10.3 step 7: an older request must not undo a newer one.
      if (before.some((one) => one.callId === callId && one.sequence >= number)) {
        transaction.respond(500, { reason: 'Out of order' });
        return;
      }
      const tooBrief = asked.some(({ expires }) => expires > 0 && expires < shortest);
      if (tooBrief) {
        transaction.respond(423, { headers: [['Min-Expires', String(shortest)]] });
        return;
      }
      const path = headerFields(transaction.request, 'path').flatMap((value) => splitList(value));
      let after = before;
      for (const { contact, expires, everything } of asked) {
        if (everything) {
          after = [];
          continue;
        }
        if (contact === null) continue;
        const instance = instanceOf(contact);
        after = after.filter(
          (one) => one.contact !== contact.uri && (instance === null || one.instance !== instance),
        );
        if (expires > 0)
          after = [
            ...after,
            {
              contact: contact.uri,
              flow: transaction.flow,
              path,
              callId,
              sequence: number,
              expiresAt: clock.now() + Math.min(expires, longest) * 1000,
              instance,
            },
          ];
      }
      if (asked.length > 0) keep(sipUser, after);
      log.info({ flow: transaction.flow.id, bindings: after.length }, 'line registered');
      transaction.respond(200, {
        headers: [
          ...after.map((one): HeaderField => {
            const left = Math.max(1, Math.round((one.expiresAt - clock.now()) / 1000));
            return ['Contact', `<${one.contact}>;expires=${left}`];
          }),
          ['Date', new Date(clock.now()).toUTCString()],
          ...(path.length > 0 ? [['Path', path.join(', ')] satisfies HeaderField] : []),
          ['Supported', 'path, outbound'],
        ],
      });
    },
    bindingOf: (sipUser) => live(sipUser).at(-1) ?? null,
    flowClosed(flow) {
      for (const [sipUser, list] of bindings)
        if (list.some((one) => one.flow === flow))
          keep(
            sipUser,
            list.filter((one) => one.flow !== flow),
          );
    },
  };
}

interface AskedContact {
  readonly contact: NameAddr | null;
  /** Seconds. */
  readonly expires: number;
  /** `Contact: *` */
  readonly everything: boolean;
}

/** null: out of form. An empty list only asks for the bindings (RFC 3261 §10.2.3). */
function readContacts(request: SipRequest): readonly AskedContact[] | null {
  const written = headerField(request, 'expires');
  const general = written === undefined ? usual : seconds(written);
  if (general === null) return null;
  const values = headerFields(request, 'contact').flatMap((value) => splitList(value));
  if (values.includes('*'))
    return values.length === 1 && general === 0
      ? [{ contact: null, expires: 0, everything: true }]
      : null;
  const asked: AskedContact[] = [];
  for (const value of values) {
    const contact = parseNameAddr(value);
    const own = contact?.params.get('expires');
    const expires = own === undefined ? general : seconds(own);
    if (!contact || expires === null || !/^sips?:/i.test(contact.uri)) return null;
    asked.push({ contact, expires, everything: false });
  }
  return asked;
}

function seconds(text: string): number | null {
  return /^\d{1,10}$/.test(text) ? Number(text) : null;
}

function instanceOf(contact: NameAddr): string | null {
  const instance = contact.params.get('+sip.instance');
  return instance === undefined ? null : `${instance} ${contact.params.get('reg-id') ?? ''}`;
}
