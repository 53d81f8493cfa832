/** Port: the telephone line. `telephony` serves it with SIP; tests with a practice line. */
import type { CallEnd, CallParty } from '#shared/model/call.ts';
import type { LineAccount, LineState } from '#shared/model/line.ts';

/** What one leg tells the call desk. Every event is something that is now true. */
export type LegEvent =
  | { readonly type: 'alerting' }
  | { readonly type: 'answered' }
  | { readonly type: 'audio'; readonly state: 'connecting' | 'flowing' | 'lost' }
  | { readonly type: 'held'; readonly here: boolean }
  | { readonly type: 'held-there'; readonly there: boolean }
  | { readonly type: 'level'; readonly out: number; readonly in: number }
  /** `detail`: the exchange's status line or reason, for the log. Nothing follows. */
  | { readonly type: 'ended'; readonly end: CallEnd; readonly detail: string };

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
}

export class LineError extends Error {
  readonly code: 'LINE_DOWN' | 'NO_VOICE' | 'WRONG_STATE' | 'REFUSED';
  constructor(code: LineError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LineError';
    this.code = code;
  }
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
  /** Which of the legs is heard and spoken to. */
  focus(callId: string | null): void;
}
