/**
 * A transfer: REFER (RFC 3515) and what the exchange reports of it in the subscription that goes with it.
 *
 *   asking ──2xx──► asked ──1xx──► ringing
 *     │               └──────┬────────┘
 *     │                      ├── 2xx, or the exchange hangs up ──► done
 *   refused                  └── 3xx–6xx, nothing reported in time ──► failed: the party is still with us
 */
import type { IncomingResponse } from 'sip.js/lib/core/messages/incoming-response.js';
import type { TransferFailure } from '#shared/model/call.ts';
import { LineError, TransferRefused, type JournalledDialog, type LegEvent } from '../calls/line.ts';
import type { Clock } from '../host.ts';
import type { Listeners } from '../listeners.ts';
import { failureOfRefer, failureOfReport } from './call-end.ts';
import type { LegDialog } from './leg-dialog.ts';
import { isUnanswered, statusLine } from './response-said.ts';

type TransferNews = Omit<Extract<LegEvent, { type: 'transfer' }>, 'type'>;
type TransferState = TransferNews['state'];

export interface TransferDeps {
  readonly dialog: LegDialog;
  readonly clock: Clock;
  /** The socket is gone. */
  readonly lost: Listeners<void>;
  tell(news: TransferNews): void;
}

const answerMs = 10_000;
/** RFC 3515 §2.4.4: the first NOTIFY comes at once; 64*T1 as for any transaction. */
const firstReportMs = 32_000;
/** Longer than any telephone rings. */
const ringsMs = 180_000;

export class Transfer implements Disposable {
  readonly #deps: TransferDeps;
  #state: 'asking' | TransferState = 'asking';
  #limit: Disposable | null = null;

  constructor(deps: TransferDeps) {
    this.#deps = deps;
  }

  /**
   * Whether a BYE from there means that the transfer came about: the exchange has the wish, and reports nothing of it. One that has
   * told that it rings would tell of the answer too.
   */
  get isLeftToThem(): boolean {
    return this.#state === 'asked';
  }

  /** Settles with the exchange's acceptance. Errors: LineError REFUSED, NO_ANSWER. */
  ask(referTo: string, referredBy: string): Promise<void> {
    const { dialog, clock, lost } = this.#deps;
    const core = dialog.session.dialog;
    if (!core) return Promise.reject(new LineError('WRONG_STATE', 'there is no dialog'));
    return new Promise((resolve, reject) => {
      const stopWaiting = (): void => {
        limit[Symbol.dispose]();
        heard[Symbol.dispose]();
      };
      const fail = (error: LineError): void => {
        stopWaiting();
        // RFC 3515 §2.4.4: a NOTIFY may be here before the 202.
        if (this.#state !== 'asking') return resolve();
        this.#settle('failed');
        reject(error);
      };
      const refused = ({ message }: IncomingResponse): void => {
        const said = statusLine(message);
        fail(
          isUnanswered(message)
            ? new LineError('NO_ANSWER', said)
            : new TransferRefused(failureOfRefer(message.statusCode ?? 0), said),
        );
      };
      const limit = clock.after(answerMs, () => fail(new LineError('NO_ANSWER', 'no answer')));
      const heard = lost.add(() => fail(new LineError('NO_ANSWER', 'the line was lost')));
      core.refer(
        {
          onAccept: ({ message }) => {
            stopWaiting();
            if (this.#state === 'asking') this.#accept(statusLine(message));
            resolve();
          },
          onRedirect: refused,
          onReject: refused,
        },
        {
          // RFC 3892 §2.1: Referred-By tells the target who sent the call. RFC 3515 §2.1: Contact is mandatory.
          extraHeaders: [
            `Refer-To: ${referTo}`,
            `Referred-By: ${referredBy}`,
            `Contact: ${dialog.session.userAgent.contact.toString()}`,
          ],
        },
      );
    });
  }

  /** RFC 3515 §2.4.5: the body is a message/sipfrag that begins with a status line (RFC 3420). */
  notified(body: string): void {
    const [, code, phrase = ''] = /^SIP\/2\.0 (\d{3})(?: ([^\r\n]*))?/.exec(body.trimStart()) ?? [];
    if (code === undefined || this.#state === 'done' || this.#state === 'failed') return;
    const status = Number(code);
    const detail = `${status} ${phrase}`.trim();
    if (this.#state === 'asking') this.#accept(detail);
    if (status >= 300) return this.#fail(failureOfReport(status), detail);
    if (status >= 200) {
      this.#settle('done');
      return this.#deps.tell({ state: 'done', why: null, detail });
    }
    this.#watch(ringsMs);
    if (status === 100 || this.#state === 'ringing') return;
    this.#state = 'ringing';
    this.#deps.tell({ state: 'ringing', why: null, detail });
  }

  [Symbol.dispose](): void {
    this.#limit?.[Symbol.dispose]();
    this.#limit = null;
  }

  #accept(detail: string): void {
    this.#state = 'asked';
    this.#watch(firstReportMs);
    this.#deps.tell({ state: 'asked', why: null, detail });
  }

  #watch(ms: number): void {
    this.#limit?.[Symbol.dispose]();
    this.#limit = this.#deps.clock.after(ms, () =>
      this.#fail(this.#state === 'ringing' ? 'no-answer' : 'failed', 'nothing was reported'),
    );
  }

  #fail(why: TransferFailure, detail: string): void {
    this.#settle('failed');
    this.#deps.tell({ state: 'failed', why, detail });
  }

  #settle(state: 'done' | 'failed'): void {
    this[Symbol.dispose]();
    this.#state = state;
  }
}

/**
 * RFC 5589 §7.1, RFC 3891 §3: the other call's dialog as its far end sees it, to-tag its own; escaped, because it travels in a URI.
 */
export function referToReplacing(dialog: JournalledDialog): string {
  const { sipCallId, remoteTag, localTag, remoteUri } = dialog;
  const replaces = encodeURIComponent(`${sipCallId};to-tag=${remoteTag};from-tag=${localTag}`);
  return `<${remoteUri}?Replaces=${replaces}>`;
}
