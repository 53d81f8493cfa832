/**
 * One registration on one connection (RFC 3261 §10.2, RFC 5626): REGISTER, refresh, remove. sip.js's Registerer stays
 * "registered" after its socket is gone and blocks for 32 s on a request that cannot be answered; this one belongs to a connection
 * and dies with it.
 */
import type { UserAgent } from 'sip.js';
import { C } from 'sip.js/lib/core/messages/methods/constants.js';
import type { IncomingResponseMessage } from 'sip.js/lib/core/messages/incoming-response-message.js';
import type { OutgoingRequestMessage } from 'sip.js/lib/core/messages/outgoing-request-message.js';
import type { NameAddrHeader } from 'sip.js/lib/grammar/name-addr-header.js';
import type { Clock } from '../host.ts';
import { methods } from './sip-patch.ts';

/** How one REGISTER came out. `detail` is the exchange's status line. */
export type RegisterOutcome =
  | {
      readonly type: 'registered';
      readonly seconds: number;
      /** Flow-Timer (RFC 5626 §10); null where the exchange gives none. */
      readonly flowSeconds: number | null;
    }
  | {
      readonly type: 'refused';
      readonly problem: 'credentials' | 'rejected';
      readonly detail: string;
    }
  /** To be tried again; `afterSeconds` where the exchange says when (Retry-After). */
  | {
      readonly type: 'failed';
      readonly problem: 'timeout' | 'rejected';
      readonly detail: string;
      readonly afterSeconds: number | null;
    };

export interface Registration extends Disposable {
  /** Removes the binding; settles when the exchange has answered, or after 1.5 s. Never fails. */
  unregister(): Promise<void>;
}

const wantedSeconds = 300;
/** Nothing was heard for so long: the request is given up before sip.js's 32 s (Timer F). */
const answerMs = 5000;
/**
 * An exchange that is booting may take a REGISTER and never look at it. The very same message once more costs a live one nothing:
 * it is a retransmission (RFC 3261 §17.2.2), though this transport would not ask for one.
 */
const repeatsMs = [1000, 2500] as const;
/** Nobody waits longer for the exchange to let go; the binding expires by itself. */
const goodbyeMs = 1500;

/**
 * Registers and keeps registered until disposed.
 * @param heard told the outcome of the first REGISTER and of every refresh that failed.
 */
export function register(
  ua: UserAgent,
  clock: Clock,
  heard: (outcome: RegisterOutcome) => void,
): Registration {
  const { configuration, instanceId } = ua;
  const registrar = configuration.uri.clone();
  registrar.user = undefined;
  const { aor } = ua.userAgentCore.configuration;
  const core = ua.userAgentCore;
  let request: OutgoingRequestMessage | null = null;
  let expires = wantedSeconds;
  let regId = ';reg-id=1';
  let disposed = false;
  let timer: Disposable | null = null;
  /** Of the request that waits for its answer. */
  let limits: readonly Disposable[] = [];
  const stopWaiting = (): void => {
    for (const limit of limits) limit[Symbol.dispose]();
  };

  function send(seconds: number, answered: (outcome: RegisterOutcome) => void): void {
    // RFC 3261 §10.2: the same Call-ID for all REGISTERs, and a CSeq that grows by one.
    const before = request && {
      callId: request.callId,
      fromTag: request.fromTag,
      cseq: request.cseq + 1,
    };
    request = core.makeOutgoingRequestMessage(C.REGISTER, registrar, aor, aor, before ?? {}, [
      // RFC 5626 §4.2: instance-id and reg-id let the registrar replace this desk's earlier binding.
      `Contact: ${ua.contact.toString({ register: true })}${regId};+sip.instance="<urn:uuid:${instanceId}>";expires=${seconds}`,
      `Allow: ${methods.join(',')}`,
    ]);
    let done = false;
    const settle = (outcome: RegisterOutcome): void => {
      if (done) return;
      done = true;
      stopWaiting();
      answered(outcome);
    };
    const sent = request;
    const repeats = before
      ? []
      : repeatsMs.map((ms) =>
          clock.after(ms, () => void ua.transport.send(sent.toString()).catch(() => undefined)),
        );
    const giveUp = clock.after(seconds === 0 ? goodbyeMs : answerMs, () =>
      settle({ type: 'failed', problem: 'timeout', detail: 'no answer', afterSeconds: null }),
    );
    limits = [giveUp, ...repeats];
    core.register(request, {
      onAccept: ({ message }) =>
        settle({
          type: 'registered',
          seconds: grantedSeconds(message, ua, seconds),
          flowSeconds: flowSeconds(message.getHeader('flow-timer')),
        }),
      onRedirect: ({ message }) => settle(refusal(message)),
      onReject: ({ message }) => {
        const again = (asked: number): void => {
          done = true;
          stopWaiting();
          send(asked, answered);
        };
        // RFC 3261 §10.2.8: 423 (Interval Too Brief) names the shortest interval in Min-Expires.
        const shortest = Number(message.getHeader('min-expires'));
        if (message.statusCode === 423 && shortest > expires && shortest <= 86_400)
          return again((expires = shortest));
        // RFC 5626 §4.2.1: after 439 (First Hop Lacks Outbound Support) it may be tried "without using the outbound mechanism".
        if (message.statusCode === 439 && regId !== '') {
          regId = '';
          return again(seconds);
        }
        settle(refusal(message));
      },
    });
  }

  function keep(): void {
    send(expires, (outcome) => {
      if (disposed) return;
      if (outcome.type === 'registered')
        // RFC 5626 §4.4 gives no figure; at 80 % two more attempts fit before the binding goes.
        timer = clock.after(Math.max(1, outcome.seconds * 0.8) * 1000, keep);
      heard(outcome);
    });
  }
  keep();

  return {
    unregister: () =>
      new Promise((resolve) => {
        disposed = true;
        timer?.[Symbol.dispose]();
        stopWaiting();
        send(0, () => resolve());
      }),
    [Symbol.dispose]: () => {
      disposed = true;
      timer?.[Symbol.dispose]();
      // A repeat would go out on the next connection.
      stopWaiting();
    },
  };
}

/**
 * RFC 3261 §10.2.4: the interval is in the Contact of ours, or in Expires; §10.3: it may be shorter than what was asked for. One
 * that is longer is not believed, and might be more than a timer can hold.
 */
function grantedSeconds(message: IncomingResponseMessage, ua: UserAgent, asked: number): number {
  let seconds = Number(message.getHeader('expires') ?? asked);
  for (const [index] of message.getHeaders('contact').entries()) {
    const contact: unknown = message.parseHeader('contact', index);
    if (!isNameAddr(contact) || contact.uri.user !== ua.contact.uri.user) continue;
    seconds = Number(contact.getParam('expires') ?? seconds);
  }
  return seconds > 0 ? Math.min(seconds, asked) : asked;
}

function flowSeconds(written: string | undefined): number | null {
  const seconds = Number.parseInt(written ?? '', 10);
  return seconds >= 1 && seconds <= 86_400 ? seconds : null;
}

function isNameAddr(value: unknown): value is NameAddrHeader {
  return typeof value === 'object' && value !== null && 'uri' in value && 'getParam' in value;
}

function refusal(message: IncomingResponseMessage): RegisterOutcome {
  const status = message.statusCode ?? 0;
  const detail = `${status} ${message.reasonPhrase ?? ''}`.trim();
  if (status === 401 || status === 407 || status === 403)
    return { type: 'refused', problem: 'credentials', detail };
  if (status === 404 || status === 405 || status === 416 || status === 604)
    return { type: 'refused', problem: 'rejected', detail };
  const after = Number.parseInt(message.getHeader('retry-after') ?? '', 10);
  return {
    type: 'failed',
    problem: status === 408 ? 'timeout' : 'rejected',
    detail,
    afterSeconds: Number.isFinite(after) ? after : null,
  };
}
