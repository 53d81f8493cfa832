/** Port: the telephone line. `telephony` serves it with SIP; tests with a practice line. */
import type { CallEnd, CallParty, TransferFailure } from '#shared/model/call.ts';
import type { LineAccount, LineLights, LineState } from '#shared/model/line.ts';

/** What one leg tells the call desk. Every event is something that is now true. */
export type LegEvent =
  | { readonly type: 'alerting' }
  | { readonly type: 'answered' }
  | { readonly type: 'audio'; readonly state: 'connecting' | 'flowing' | 'lost' }
  | { readonly type: 'held'; readonly here: boolean }
  | { readonly type: 'held-there'; readonly there: boolean }
  | { readonly type: 'level'; readonly out: number; readonly in: number }
  /** What the exchange reports of our REFER (RFC 3515 §2.4.5). `done` is followed by `ended` with `transferred`. */
  | {
      readonly type: 'transfer';
      readonly state: 'asked' | 'ringing' | 'done' | 'failed';
      /** null unless it failed. */
      readonly why: TransferFailure | null;
      readonly detail: string;
    }
  /** Somebody else is at the other end now (P-Asserted-Identity or From of a re-INVITE or UPDATE; RFC 4916, RFC 5876). */
  | { readonly type: 'party'; readonly party: CallParty }
  /** The dialog as a later run needs it; told when it is up and whenever it changes. */
  | { readonly type: 'dialog'; readonly dialog: JournalledDialog }
  /** `detail`: the exchange's status line or reason, for the log. Nothing follows. */
  | { readonly type: 'ended'; readonly end: CallEnd; readonly detail: string };

/** What it takes to ask the exchange for a call back from another process: INVITE with Replaces (RFC 3891). */
export interface JournalledDialog {
  readonly sipCallId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** SIP URI to which the asking INVITE goes: what was dialled, or who called. */
  readonly remoteUri: string;
}

/** One dialog with the exchange. Operations queue up; each settles when the exchange has answered it. */
export interface Leg {
  /** Our own id (uuidv7), made where the leg was; the same as Call.callId. */
  readonly callId: string;
  /** Errors: LineError. */
  answer(): Promise<void>;
  reject(reason: 'busy' | 'do-not-disturb' | 'to-queue'): Promise<void>;
  /** CANCEL, BYE or a final refusal, whichever fits; never fails, the leg ends here in any case. */
  hangUp(): Promise<void>;
  hold(held: boolean): Promise<void>;
  /** One fact, kept by the call desk, applied now and after every negotiation. */
  mute(muted: boolean): void;
  /** RFC 4733, or INFO where that was not negotiated. */
  sendDtmf(tones: string): Promise<void>;
  /**
   * Blind transfer: REFER (RFC 3515, RFC 5589 §6). Settles when the exchange has accepted the wish; `transfer` events follow.
   * `target` as for `dial`. Errors: LineError.
   */
  transfer(target: string): Promise<void>;
  /** Attended transfer: REFER with Replaces (RFC 3891, RFC 5589 §7): our party is joined with `other`'s. Both legs end. */
  transferTo(other: Leg): Promise<void>;
  /** At most one listener, set when the leg is handed over. */
  listen(hear: (event: LegEvent) => void): void;
}

export interface IncomingLeg {
  readonly leg: Leg;
  readonly party: CallParty;
  /** The number or name the customer dialled, as the exchange wrote it. */
  readonly dialled: string | null;
  readonly queue: string | null;
  readonly waitedSeconds: number | null;
  /** Who sent the call on to this line (RFC 5806, RFC 7044); null for a call that came straight. */
  readonly divertedFrom: string | null;
  /** Who transfers the call to this line, as that line calls itself (RFC 3892); null for one that nobody transfers. */
  readonly referredBy: string | null;
  /** The exchange asks that the call answer itself: Call-Info answer-after, Alert-Info auto-answer; seconds to wait. */
  readonly autoAnswerAfter: number | null;
}

export class LineError extends Error {
  /** REFUSED: by the exchange, or what it offers cannot be used · NO_ANSWER: it was asked and said nothing in time */
  readonly code: 'LINE_DOWN' | 'NO_VOICE' | 'WRONG_STATE' | 'REFUSED' | 'NO_ANSWER';
  constructor(code: LineError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LineError';
    this.code = code;
  }
}

/** The exchange does not carry the wish to transfer out. */
export class TransferRefused extends LineError {
  readonly why: TransferFailure;
  constructor(why: TransferFailure, message: string) {
    super('REFUSED', message);
    this.why = why;
  }
}

/** What the desk's call to itself showed. */
export interface SelfCall {
  /** INVITE out → the same call in, milliseconds. */
  readonly ringMs: number;
  /** Media round trip, milliseconds; null where the exchange sent no report. */
  readonly roundTripMs: number | null;
  /** Share of packets that did not come, 0 to 1; null where no packet was expected. */
  readonly loss: number | null;
}

export interface Line {
  readonly state: LineState;
  onState(changed: (state: LineState) => void): Disposable;
  onIncoming(rang: (incoming: IncomingLeg) => void): Disposable;
  /** Registers, and keeps registered by itself until `close`. */
  open(account: LineAccount): Promise<void>;
  close(): Promise<void>;
  /** Look at the connection now (after sleep, a network change). */
  probe(): void;
  /** `target` is what the exchange is to dial: a number in its own dial plan, or an extension. Errors: LineError. */
  dial(target: string): Promise<Leg>;
  /** Asks for a call of an earlier run back. The leg answers, or ends as `failed`. Errors: LineError. */
  recover(callId: string, dialog: JournalledDialog): Promise<Leg>;
  /** A call of this desk to itself, which rings nobody and ends by itself: proves that calls arrive. Errors: LineError. */
  callSelf(signal: AbortSignal): Promise<SelfCall>;
  readonly lights: LineLights;
  onLights(changed: (lights: LineLights) => void): Disposable;
  /** Which of the legs is heard and spoken to. */
  focus(callId: string | null): void;
  /** These legs hear each other and the operator; fewer than two ends the conference. */
  conference(callIds: readonly string[]): void;
}
