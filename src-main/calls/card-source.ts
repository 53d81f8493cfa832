/** Port: what the call desk asks of the local base. All look-ups are synchronous: the pop is one step. */
import type { CallCard } from '#shared/contract/desk.ts';
import type { Draft } from '#shared/model/draft.ts';
import type { CallRecord } from '#shared/model/mutation.ts';
import type { OpenedSession } from '#shared/contract/central.ts';

export interface Ring {
  readonly callId: string;
  readonly direction: 'in' | 'out';
  /** E.164, or null where withheld or no public number. */
  readonly number: string | null;
  /** What the exchange calls the other party: an extension, where it is a colleague. */
  readonly written?: string | null;
  /** Who has sent the call here, as the exchange names the line: a colleague who transfers it. */
  readonly sentBy?: string | null;
  /** E.164 or as written. */
  readonly dialled: string | null;
  readonly queue: string | null;
  /** Set for calls the operator dials from a card or a project. */
  readonly projectId: string | null;
  readonly customerId: string | null;
}

/** new: for a call that is yet to reach the colleague · update: he has one already, and gets what was written since */
export type HandOver = 'new' | 'update';

export interface CardSource {
  /** The whole card of a new call: customer by number, project by queue or dialled number, script, form, an old draft. */
  cardFor(ring: Ring): CallCard;
  /** The same call's card as the base has it now (after an edit, a pull, a chosen customer). */
  refresh(ring: Ring, card: CallCard): CallCard;
  /** On the disk (synchronous=FULL) when it returns. Throws StoreError. */
  saveDraft(ring: Ring, draft: Draft, customerId: string | null, projectId: string | null): void;
  /**
   * Hands the card to the colleague at an extension, before the exchange is asked to transfer; the card as it is then. A
   * public number gets no card. Throws StoreError.
   */
  handOver(ring: Ring, card: CallCard, toExtension: string, how: HandOver): CallCard;
  /** The call stays here: what was handed over of it and is on no call yet is taken back; the card as it is then. Throws StoreError. */
  withdraw(callId: string, card: CallCard): CallCard;
  /** The call has gone to the colleague, and its card with it. Throws StoreError. */
  wentOn(callId: string): void;
  /** Record and outbox in one transaction; the draft goes. Throws StoreError. */
  recordCall(record: CallRecord): void;
  /** Unfinished cards of an earlier run: their calls have ended, their drafts have not. */
  unfinished(): readonly {
    readonly ring: Ring;
    readonly startedAt: string;
    readonly draft: Draft;
  }[];
}

/** Who is signed in, as far as the call desk must know. */
export type Operator = Pick<OpenedSession, 'userId' | 'name' | 'role' | 'projectIds'>;
