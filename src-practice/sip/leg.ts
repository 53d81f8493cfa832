/**
 * One leg: an established dialog with a desk, with its session (RFC 3264 offers and answers by INVITE and UPDATE).
 * What the session is made of, a customer's audio or another desk, is its listener's business.
 */
import type { Dialog } from './dialog.ts';
import { headerField, headerFields } from './message.ts';
import type { HeaderField, SipMessage, SipRequest, SipResponse } from './message.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { allowedMethods } from './status.ts';
import { splitList } from './values.ts';

/** Status code for a session that cannot be had. */
export class SessionRefused extends Error {
  readonly status: number;
  constructor(status: number, options?: ErrorOptions) {
    super(`session refused with ${status}`, options);
    this.name = 'SessionRefused';
    this.status = status;
  }
}

export interface LegEvents {
  /** The desk offers; the answer, or SessionRefused. Anything else thrown is 488. */
  offered(sdp: string): Promise<string>;
  /** The desk asks us to offer (INVITE without SDP). */
  wanted(): Promise<string>;
  /** The answer to what `wanted` gave. */
  answered(sdp: string): Promise<void>;
  /** INFO with application/dtmf-relay (or application/dtmf): the digits. */
  digits(digits: string): void;
  /** The desk said BYE, or the dialog broke. Nothing follows. */
  ended(why: 'bye' | 'broken'): void;
  /** REFER (RFC 3515): to be answered, and reported on by `notify`. */
  referred(transaction: ServerTransaction): void;
}

const sdpType: HeaderField = ['Content-Type', 'application/sdp'];
const allow: HeaderField = ['Allow', allowedMethods.join(', ')];

export class Leg {
  readonly dialog: Dialog;
  readonly #contact: string;
  readonly #events: LegEvents;
  readonly #over: (leg: Leg) => void;
  #negotiating = false;
  #ended = false;
  #knowsUpdate = false;

  /** @param over takes the leg off the exchange's list of dialogs. */
  constructor(dialog: Dialog, contact: string, events: LegEvents, over: (leg: Leg) => void) {
    this.dialog = dialog;
    this.#contact = contact;
    this.#events = events;
    this.#over = over;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The desk takes UPDATE (RFC 3311). */
  get knowsUpdate(): boolean {
    return this.#knowsUpdate;
  }

  /** What a message of the desk's says that it can do. */
  learn(message: SipMessage): void {
    const allowed = headerFields(message, 'allow').flatMap((value) => splitList(value));
    if (allowed.length > 0) this.#knowsUpdate = allowed.includes('UPDATE');
  }

  /** A request inside the dialog, ACK and CANCEL apart. */
  take(transaction: ServerTransaction): void {
    switch (this.dialog.admit(transaction)) {
      case 'stranger':
        transaction.respond(481);
        return;
      case 'late':
        transaction.respond(500, { reason: 'CSeq out of order' });
        return;
      case 'good':
    }
    const { request } = transaction;
    this.learn(request);
    switch (request.method) {
      case 'BYE':
        transaction.respond(200);
        this.#end('bye');
        return;
      case 'INVITE':
        void this.#negotiate(transaction);
        return;
      case 'UPDATE':
        // RFC 3311 §5.2; without SDP it only refreshes.
        if (request.body === '')
          transaction.respond(200, {
            headers: [['Contact', this.#contact], allow, ...sessionExpires(request)],
          });
        else void this.#negotiate(transaction);
        return;
      case 'INFO':
        this.#info(transaction);
        return;
      case 'REFER':
        this.#events.referred(transaction);
        return;
      case 'OPTIONS':
        transaction.respond(200, { headers: [allow, ['Accept', 'application/sdp']] });
        return;
      default:
        transaction.respond(405, { headers: [allow] });
    }
  }

  /** The ACK of the 2xx that made this dialog; null: it never came (RFC 3261 §13.3.1.4: BYE). */
  acknowledged(ack: SipRequest | null): void {
    if (ack !== null || this.#ended) return;
    this.bye('no ACK');
    this.#events.ended('broken');
  }

  /** Offers a new session to the desk; the answer. Rejects with SessionRefused. */
  offer(sdp: string, headers: readonly HeaderField[] = []): Promise<string> {
    if (this.#negotiating || this.#ended) return Promise.reject(new SessionRefused(491));
    this.#negotiating = true;
    return new Promise<string>((resolve, reject) => {
      this.dialog.request(
        'INVITE',
        { headers: [...headers, allow, sdpType], body: sdp },
        {
          final: (response: SipResponse) => {
            this.#negotiating = false;
            if (response.status < 300) {
              this.dialog.acknowledge(response);
              resolve(response.body);
              return;
            }
            reject(new SessionRefused(response.status));
            // RFC 3261 §12.2.1.2: the other side knows nothing of the dialog any more.
            if (response.status === 481 || response.status === 408) this.#end('broken');
          },
        },
      );
    });
  }

  /** UPDATE without a session (RFC 3311 §5.1): tells what has changed. Rejects with SessionRefused. */
  update(headers: readonly HeaderField[]): Promise<void> {
    if (this.#ended) return Promise.reject(new SessionRefused(481));
    return new Promise((resolve, reject) => {
      this.dialog.request(
        'UPDATE',
        { headers },
        {
          final: ({ status }) => {
            if (status < 300) resolve();
            else reject(new SessionRefused(status));
          },
        },
      );
    });
  }

  /** NOTIFY of the subscription that a REFER made (RFC 3515 §2.4.4). */
  notify(headers: readonly HeaderField[], body: string): void {
    if (this.#ended) return;
    this.dialog.request('NOTIFY', { headers, body }, { final: () => {} });
  }

  /** Hands DTMF or the like on; the answer does not matter. */
  inform(contentType: string, body: string): void {
    if (this.#ended) return;
    this.dialog.request(
      'INFO',
      { headers: [['Content-Type', contentType]], body },
      { final: () => {} },
    );
  }

  /** Ends the dialog from our side; twice is fine. `ended` is not told. */
  bye(reason?: string): void {
    if (this.#ended) return;
    this.#ended = true;
    const why: HeaderField[] = reason === undefined ? [] : [['Reason', `SIP;text="${reason}"`]];
    this.dialog.request('BYE', { headers: why }, { final: () => this.dialog.close() });
    this.#over(this);
  }

  #end(why: 'bye' | 'broken'): void {
    if (this.#ended) return;
    this.#ended = true;
    this.dialog.close();
    this.#over(this);
    this.#events.ended(why);
  }

  async #negotiate(transaction: ServerTransaction): Promise<void> {
    // RFC 3261 §14.2 and RFC 3311 §5.2: one exchange at a time.
    if (this.#negotiating) {
      transaction.respond(491);
      return;
    }
    this.#negotiating = true;
    const { request } = transaction;
    if (request.method === 'INVITE') transaction.respond(100);
    try {
      const late = request.body === '';
      const body = late ? await this.#events.wanted() : await this.#events.offered(request.body);
      transaction.onAck = (ack) => {
        if (ack === null) this.acknowledged(null);
        else if (late) this.#events.answered(ack.body).catch(() => this.bye('no usable answer'));
      };
      transaction.respond(200, {
        headers: [['Contact', this.#contact], allow, ...sessionExpires(request), sdpType],
        body,
      });
    } catch (error) {
      transaction.respond(error instanceof SessionRefused ? error.status : 488);
    } finally {
      this.#negotiating = false;
    }
  }

  #info(transaction: ServerTransaction): void {
    const { request } = transaction;
    const type = (headerField(request, 'content-type') ?? '').split(';')[0]?.trim().toLowerCase();
    const digits =
      type === 'application/dtmf-relay'
        ? /^\s*Signal\s*=\s*([0-9A-D*#])\s*$/im.exec(request.body)?.[1]
        : type === 'application/dtmf'
          ? /^\s*([0-9A-D*#]{1,32})\s*$/i.exec(request.body)?.[1]
          : undefined;
    if (digits === undefined) {
      transaction.respond(415, {
        headers: [['Accept', 'application/dtmf-relay, application/dtmf']],
      });
      return;
    }
    transaction.respond(200);
    this.#events.digits(digits.toUpperCase());
  }
}

/**
 * RFC 4028 §9: the desk asks for a session that expires, and it refreshes it. What is not refreshed is ended by the socket, not by a timer of ours.
 */
export function sessionExpires(request: SipRequest): readonly HeaderField[] {
  const asked = headerField(request, 'session-expires');
  const seconds = /^\s*(\d{1,6})/.exec(asked ?? '')?.[1];
  if (seconds === undefined) return [];
  return [
    ['Require', 'timer'],
    ['Session-Expires', `${seconds};refresher=uac`],
  ];
}
