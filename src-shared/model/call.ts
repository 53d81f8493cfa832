/** A call: one conversation with one party, from the first ring to the end of its wrap-up. */
import * as z from 'zod';
import { E164 } from './phone-number.ts';

export const callPhases = [
  'ringing', // incoming, the operator is being rung
  'dialling', // outgoing, nothing heard back yet
  'alerting', // outgoing, the other side rings (180/183)
  'answering', // answered here, waiting for the connection
  'talking',
  'held', // put on hold by us
  'returning', // this desk was restarted in the call and asks the exchange for it back
  'ended',
] as const;
export const CallPhase = z.enum(callPhases);
export type CallPhase = z.infer<typeof CallPhase>;

export const callEnds = [
  'hung-up-here',
  'hung-up-there',
  'rejected-here',
  'missed', // the caller gave up, or the queue went on, before an answer
  'answered-elsewhere',
  'transferred', // the other party talks to somebody else now, as we asked
  'busy',
  'declined',
  'no-answer',
  'not-found',
  'failed', // refused by the exchange, no common codec, lost for good
] as const;
export const CallEnd = z.enum(callEnds);
export type CallEnd = z.infer<typeof CallEnd>;

export const CallParty = z.object({
  /** E.164 where it is a public number. */
  number: E164.nullable(),
  /** What the exchange called the party: a number as dialled, an extension; null when withheld. */
  written: z.string().max(200).nullable(),
  displayName: z.string().max(200).nullable(),
  /** The caller hides the number (RFC 3323 privacy, anonymous URI). */
  withheld: z.boolean(),
});
export type CallParty = z.infer<typeof CallParty>;

/** refused: the exchange did not accept the wish · failed: anything else */
export const transferFailures = [
  'busy',
  'no-answer',
  'not-found',
  'declined',
  'refused',
  'failed',
] as const;
export const TransferFailure = z.enum(transferFailures);
export type TransferFailure = z.infer<typeof TransferFailure>;

/** Where the call is being sent. `to`: as it will be shown, E.164 or an extension. */
export const Transfer = z.object({
  to: z.string().max(200),
  /** asked: the exchange has the wish · ringing: it rings there · failed: the party is still with us */
  state: z.enum(['asked', 'ringing', 'failed']),
  /** Why it failed. */
  why: TransferFailure.optional(),
});
export type Transfer = z.infer<typeof Transfer>;

/** How the call sounds, measured over the last seconds. */
export const CallQuality = z.object({
  /** Mean opinion score 1.0 to 4.5 by the E-model (ITU-T G.107). */
  mos: z.number(),
  /** Share of packets that did not come, 0 to 1. */
  loss: z.number(),
  /** Seconds. */
  jitter: z.number(),
  /** Seconds; null before the first report. */
  roundTrip: z.number().nullable(),
  /** What the operator can do something about; null: nothing to say. */
  warning: z.enum(['network-loss', 'network-delay', 'not-heard', 'you-are-not-heard']).nullable(),
});
export type CallQuality = z.infer<typeof CallQuality>;

export const Call = z.object({
  callId: z.uuid(),
  direction: z.enum(['in', 'out']),
  phase: CallPhase,
  party: CallParty,
  /** The number the customer dialled, E.164 where it is one. */
  dialled: z.string().nullable(),
  queue: z.string().nullable(),
  /** Seconds the customer waited in the queue before this ring, where the exchange says so. */
  waitedSeconds: z.number().nullable(),
  muted: z.boolean(),
  /** The other side holds us. */
  heldThere: z.boolean(),
  /** connecting until packets arrive, flowing while they do, lost after 2 s without any. */
  audio: z.enum(['none', 'connecting', 'flowing', 'lost']),
  /** The exchange or the project asked for it and a tone was played. */
  autoAnswered: z.boolean(),
  /** Who sent the call on to this number (Diversion, History-Info); E.164 or as written. */
  divertedFrom: z.string().nullable(),
  transfer: Transfer.nullable(),
  /** This call was made to ask somebody about that one. */
  consultFor: z.uuid().nullable(),
  /** Heard together with the other calls of the conference. */
  inConference: z.boolean(),
  quality: CallQuality.nullable(),
  /** Taken back, or lost, when this desk was restarted in the call. */
  interrupted: z.boolean(),
  startedAt: z.iso.datetime(),
  answeredAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  end: CallEnd.nullable(),
});
export type Call = z.infer<typeof Call>;

/** The line, the exchange or this desk ended a conversation, not one of the two: it is to be called back, and its card goes on. */
export function wasCutOff({
  phase,
  end,
  answeredAt,
  interrupted,
}: Pick<Call, 'phase' | 'end' | 'answeredAt' | 'interrupted'>): boolean {
  return phase === 'ended' && end === 'failed' && (answeredAt !== null || interrupted);
}
