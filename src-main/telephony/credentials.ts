/** Answers the challenges of the exchange and of proxies before it, on every method (RFC 3261 §22, RFC 7616, RFC 8760). */
import type { IncomingResponseMessage } from 'sip.js/lib/core/messages/incoming-response-message.js';
import type { OutgoingRequestMessage } from 'sip.js/lib/core/messages/outgoing-request-message.js';
import type { Clock } from '../host.ts';
import { authorization, freshCnonce, readChallenge, strongest, type Challenge } from './digest.ts';

interface Account {
  readonly username: string;
  readonly password: string;
}

/** Who asks: the exchange itself (401), or a proxy on the way (407). */
type Asker = 'www' | 'proxy';

interface Known {
  readonly challenge: Challenge;
  readonly at: number;
}

/** So long a nonce is used again without being asked; exchanges let it grow stale after 30 s and more. */
const freshMs = 20_000;
/** A request is asked again so often: by a proxy, by the exchange, and once more by each for a stale nonce. */
const mostAnswers = 4;
const unasked = new Set(['ACK', 'CANCEL']);

export class Credentials {
  readonly #account: Account;
  readonly #clock: Clock;
  readonly #known = new Map<Asker, Known>();
  /** How often each nonce was used (RFC 7616 §3.4: nc "MUST be … incremented"). */
  readonly #uses = new Map<string, number>();
  readonly #answers = new WeakMap<OutgoingRequestMessage, string[]>();

  constructor(account: Account, clock: Clock) {
    this.#account = account;
    this.#clock = clock;
  }

  /**
   * Answers ahead with a nonce that is still fresh, which saves the way there and back; takes away an old answer, which
   * would be a repeated one. For a request that is about to be sent, first or again.
   */
  prepare(request: OutgoingRequestMessage): void {
    if (unasked.has(request.method)) return;
    this.#answers.delete(request);
    for (const asker of ['www', 'proxy'] as const) {
      const header = headerOf(asker);
      const known = this.#known.get(asker);
      if (known && this.#clock.now() - known.at < freshMs)
        request.setHeader(header, this.#answer(known.challenge, request));
      else delete request.headers[header];
    }
  }

  /** The request is sent again for another reason than a challenge. */
  again(request: OutgoingRequestMessage): void {
    this.#answerAgain('www', request);
    this.#answerAgain('proxy', request);
  }

  /** @returns whether the request now answers the challenge of this 401 or 407. */
  answer(request: OutgoingRequestMessage, response: IncomingResponseMessage): boolean {
    const asker = response.statusCode === 401 ? 'www' : 'proxy';
    this.#known.delete(asker);
    const challenge = strongest(challengesIn(response, asker));
    if (!challenge) return false;
    const before = this.#answers.get(request) ?? [];
    // The same asker was answered before: it does not like the secret, unless only the nonce was too old.
    const asked = `${asker} ${challenge.realm}`;
    if (before.length >= mostAnswers || (before.includes(asked) && !challenge.stale)) return false;
    this.#answers.set(request, [...before, asked]);
    this.#known.set(asker, { challenge, at: this.#clock.now() });
    request.setHeader(headerOf(asker), this.#answer(challenge, request));
    this.#answerAgain(asker === 'www' ? 'proxy' : 'www', request);
    return true;
  }

  /** RFC 7616 §3.4: whoever was answered before has seen that count; the request that is sent again needs another. */
  #answerAgain(asker: Asker, request: OutgoingRequestMessage): void {
    const known = this.#known.get(asker);
    if (known && request.hasHeader(headerOf(asker)))
      request.setHeader(headerOf(asker), this.#answer(known.challenge, request));
  }

  /** RFC 7616 §3.5: nextnonce is "the nonce the server wishes the client to use for a future authentication response". */
  accepted(response: IncomingResponseMessage): void {
    const known = this.#known.get('www');
    const [info = ''] = response.getHeaders('authentication-info');
    const nonce = /(?:^|[\s,])nextnonce\s*=\s*"([^"\\]{1,500})"/i.exec(info)?.[1];
    if (known && nonce)
      this.#known.set('www', {
        challenge: { ...known.challenge, nonce },
        at: this.#clock.now(),
      });
  }

  #answer(challenge: Challenge, request: OutgoingRequestMessage): string {
    const nonceCount = (this.#uses.get(challenge.nonce) ?? 0) + 1;
    this.#uses.delete(challenge.nonce);
    this.#uses.set(challenge.nonce, nonceCount);
    const [oldest] = this.#uses.keys();
    if (this.#uses.size > 100 && oldest !== undefined) this.#uses.delete(oldest);
    return authorization(challenge, {
      ...this.#account,
      method: request.method,
      uri: request.ruri.toRaw(),
      cnonce: freshCnonce(),
      nonceCount,
    });
  }
}

function headerOf(asker: Asker): string {
  return asker === 'www' ? 'Authorization' : 'Proxy-Authorization';
}

/** Read from the message as it came: sip.js keeps the last of several challenges only, and none that it cannot parse. */
function challengesIn(response: IncomingResponseMessage, asker: Asker): readonly Challenge[] {
  const [head = ''] = response.data.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n\r?\n/, 1);
  const lines = head.matchAll(new RegExp(`^${asker}-authenticate[ \\t]*:(.*)$`, 'gim'));
  return [...lines].flatMap(([, value = '']) => readChallenge(value) ?? []);
}
