/**
 * desk page → desk main: commands, queries, and one stream of snapshots. Commands answer when the fact is
 * stored or the exchange was told, with a code from `DeskErrors` when not. The page shows what the stream says, never
 * what a command hoped for.
 */
import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { HistoryEntry } from '../model/call-history.ts';
import { Call, CallQuality } from '../model/call.ts';
import { Customer, CustomerFields } from '../model/customer.ts';
import { NumberPlan } from '../model/dial-target.ts';
import { Draft } from '../model/draft.ts';
import { FormDefinition } from '../model/form.ts';
import { JsonObject } from '../model/json.ts';
import { Language } from '../model/language.ts';
import { LineLights, LineState } from '../model/line.ts';
import { Refusal } from '../model/mutation.ts';
import { NotReadyReason, OperatorState } from '../model/operator-state.ts';
import { Order } from '../model/order.ts';
import { Preflight } from '../model/preflight.ts';
import { Project } from '../model/project.ts';
import { Role } from '../model/role.ts';
import { Script } from '../model/script.ts';
import { TimelineEntry } from '../model/timeline.ts';
import { AudioDevice, AudioWishes, PeerStats } from './voice.ts';

/** An order's way: saved on this desk → with the server, or refused with a reason a person can mend. */
export const PlacedOrder = z.object({
  order: Order,
  state: z.enum(['saved', 'with-server', 'refused']),
  refusal: z.object({ code: Refusal, details: JsonObject }).nullable(),
});
export type PlacedOrder = z.infer<typeof PlacedOrder>;

/** All that belongs to one call on the screen; made in main before the first pixel, in one piece. */
export const CallCard = z.object({
  /** none: a withheld number or nobody known · one · several: the operator chooses · chosen by the operator */
  match: z.enum(['none', 'one', 'several', 'chosen']),
  customer: Customer.nullable(),
  /** For `several`: who it may be, at most 20. */
  candidates: z.array(Customer),
  timeline: z.array(TimelineEntry),
  project: Project.nullable(),
  script: Script.nullable(),
  form: FormDefinition.nullable(),
  draft: Draft,
  /** Orders placed in this call. */
  orders: z.array(PlacedOrder),
  /** The colleague who handed this card over with the call; null: nobody did. */
  handedBy: z.string().nullable(),
  /** The card has gone to a colleague's extension with the call. */
  handedTo: z.string().nullable(),
});
export type CallCard = z.infer<typeof CallCard>;

export const Session = z.object({
  /** setup: no server known · signed-out · signing-in · signed-in */
  phase: z.enum(['setup', 'signed-out', 'signing-in', 'signed-in']),
  name: z.string().nullable(),
  username: z.string().nullable(),
  role: Role.nullable(),
  organisation: z.string().nullable(),
  server: z.string().nullable(),
  projects: z.array(Project),
  /** By which main dials what a person writes. */
  numberPlan: NumberPlan,
  /** Signed in against this desk's own memory, because the server could not be reached. */
  offline: z.boolean(),
});
export type Session = z.infer<typeof Session>;

export const SyncState = z.object({
  /** up · down: work goes on, what is saved waits · off: nobody signed in */
  server: z.enum(['up', 'down', 'off']),
  /** Mutations not yet with the server. */
  waiting: z.int(),
  /** Mutations the server refused and a person must mend. */
  refused: z.int(),
  /** Still pulling the base for the first time. */
  loading: z.boolean(),
  customers: z.int(),
});
export type SyncState = z.infer<typeof SyncState>;

export const AudioState = z.object({
  /** gone: no voice page, calls cannot be heard · elsewhere: another tab has the sound */
  page: z.enum(['gone', 'here', 'elsewhere']),
  microphone: z.enum(['ok', 'none', 'refused', 'unknown']),
  devices: z.array(AudioDevice),
  microphoneInUse: z.string().nullable(),
  speakerInUse: z.string().nullable(),
  ringerInUse: z.string().nullable(),
  missing: z.array(z.enum(['microphone', 'speaker', 'ringer'])),
  noiseSuppression: z.enum(['off', 'on', 'bypassed']),
  proven: z.boolean(),
  headset: z.object({
    state: z.enum(['none', 'ready', 'contested']),
    product: z.string().nullable(),
  }),
  wishes: AudioWishes,
});
export type AudioState = z.infer<typeof AudioState>;

/** Every event is the whole of one thing, with a revision that grows; a lost or repeated one does no harm. */
export const DeskEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('session'), revision: z.int(), session: Session }),
  z.object({ type: z.literal('line'), revision: z.int(), line: LineState }),
  z.object({ type: z.literal('sync'), revision: z.int(), sync: SyncState }),
  z.object({ type: z.literal('operator'), revision: z.int(), operator: OperatorState }),
  z.object({ type: z.literal('audio'), revision: z.int(), audio: AudioState }),
  /** A call with its card. Present until it is finished (ended and its outcome saved); then `call.gone`. */
  z.object({ type: z.literal('call'), revision: z.int(), call: Call, card: CallCard }),
  z.object({ type: z.literal('call.gone'), revision: z.int(), callId: z.uuid() }),
  /** Levels of the call being heard, 0 to 1. */
  z.object({
    type: z.literal('level'),
    revision: z.int(),
    callId: z.uuid(),
    out: z.number(),
    in: z.number(),
    /** What the microphone hears although it may be muted. */
    spoken: z.number(),
  }),
  /** The last 200 calls, newest first, and all open tasks. */
  z.object({
    type: z.literal('history'),
    revision: z.int(),
    entries: z.array(HistoryEntry),
    missed: z.int(),
  }),
  z.object({ type: z.literal('preflight'), revision: z.int(), preflight: Preflight }),
  /** A link (tel:, callto:, sip:) or the global dial key asks for a number: shown in the dial box, dialled only by a person. */
  z.object({
    type: z.literal('dial-wish'),
    revision: z.int(),
    wish: z.object({ id: z.uuid(), written: z.string().max(200) }).nullable(),
  }),
  /** Mailbox and colleagues as the exchange tells them (RFC 3842, RFC 4235). */
  z.object({ type: z.literal('lights'), revision: z.int(), lights: LineLights }),
]);
export type DeskEvent = z.infer<typeof DeskEvent>;

export const SipMessage = z.object({
  at: z.iso.datetime(),
  direction: z.enum(['sent', 'received']),
  /** First line, e.g. "INVITE sip:…" or "SIP/2.0 200 OK". */
  line: z.string(),
  callId: z.string().nullable(),
  text: z.string(),
});
export type SipMessage = z.infer<typeof SipMessage>;

/** One call's media as measured now, for the media page. */
export const MediaReport = z.object({
  callId: z.uuid(),
  stats: PeerStats.nullable(),
  quality: CallQuality.nullable(),
});
export type MediaReport = z.infer<typeof MediaReport>;

export const ParkedMutation = z.object({
  mutationId: z.string(),
  name: z.string(),
  madeAt: z.iso.datetime(),
  attempts: z.int(),
  refusal: z.object({ code: Refusal, details: JsonObject }),
  args: z.json(),
});
export type ParkedMutation = z.infer<typeof ParkedMutation>;

const CallRef = z.object({ callId: z.uuid() });

const common = oc.errors({
  /** Nobody is signed in, or the role does not allow it. */
  NOT_ALLOWED: {},
  /** No such call, customer, project or mutation. */
  NOT_FOUND: {},
  /** The call or the operator is in a state in which this cannot be done (answer a call that ended …). */
  WRONG_STATE: { data: z.object({ state: z.string() }) },
  /** The exchange cannot be reached, or does not answer. */
  LINE_DOWN: {},
  /** The exchange answered, and did not do it; or what it offers cannot be used. */
  REFUSED: {},
  /** No voice page: nothing can be heard or said. */
  NO_VOICE: {},
  /** The number cannot be understood. */
  BAD_NUMBER: {},
  /** The server cannot be reached. */
  OFFLINE: {},
  BAD_CREDENTIALS: {},
  TOO_MANY_TRIES: {},
  BAD_SERVER: { data: z.object({ reason: z.string() }) },
  /** Must-say items not ticked: their ids. */
  UNSAID: { data: z.object({ items: z.array(z.string()) }) },
  /** The answers break the form's schema. */
  FORM_INVALID: {
    data: z.object({
      faults: z.array(z.object({ at: z.string(), keyword: z.string(), message: z.string() })),
    }),
  },
  /** The local base could not be written: the text is kept on the screen. */
  NOT_STORED: { data: z.object({ reason: z.string() }) },
});

export const deskContract = {
  /** The whole state at once, then every change. */
  watch: common.output(eventIterator(DeskEvent)),
  session: {
    /** First run: which server. Checked before it is kept. Errors: BAD_SERVER, OFFLINE. */
    chooseServer: common.input(z.object({ server: z.url({ protocol: /^https?$/ }) })),
    /** `ready`: the person wants to be Ready as soon as the line is registered and the headset is there. Errors: BAD_CREDENTIALS, TOO_MANY_TRIES, OFFLINE. */
    signIn: common.input(
      z.object({
        username: z.string().min(1).max(100),
        password: z.string().min(1).max(200),
        ready: z.boolean(),
      }),
    ),
    /** Refused while a call is up (WRONG_STATE); what is unsent stays and is sent later. */
    signOut: common,
  },
  line: {
    /** A person has mended what the exchange refused, or does not want to wait for the next try. */
    tryNow: common,
  },
  operator: {
    ready: common,
    notReady: common.input(z.object({ reason: NotReadyReason })),
  },
  calls: {
    /** As a person writes a number. The project gives script and form. */
    dial: common
      .input(
        z.object({
          number: z.string().min(1).max(100),
          projectId: z.string().nullable(),
          customerId: z.uuid().nullable(),
        }),
      )
      .output(CallRef),
    answer: common.input(CallRef),
    reject: common.input(
      CallRef.extend({ reason: z.enum(['busy', 'do-not-disturb', 'to-queue']) }),
    ),
    hangUp: common.input(CallRef),
    mute: common.input(CallRef.extend({ muted: z.boolean() })),
    hold: common.input(CallRef.extend({ held: z.boolean() })),
    sendDtmf: common.input(CallRef.extend({ tones: z.string().regex(/^[0-9A-D*#,]{1,64}$/) })),
    /** Blind: the exchange sends the party there and we are out. Answered when it took the wish; `call.transfer` tells the rest. */
    transfer: common.input(CallRef.extend({ to: z.string().min(1).max(100) })),
    /** Holds this call and calls somebody about it; the card is handed to that desk at once. */
    consult: common.input(CallRef.extend({ to: z.string().min(1).max(100) })).output(CallRef),
    /** From talking to one to talking to the other; `callId` is the one to be heard next. */
    swap: common.input(CallRef),
    /** Joins the party of the consulted-about call with the colleague; `callId` is the consult call or the call it is about. */
    completeTransfer: common.input(CallRef),
    /** All connected calls of this desk hear each other. */
    conference: common.input(z.object({ callIds: z.array(z.uuid()).min(2).max(5) })),
    /** Ends the conference: this call is talked to, the others are held. */
    split: common.input(CallRef),
    /** Calls the party of an ended or missed call again, with the same project and customer. */
    callBack: common.input(CallRef).output(CallRef),
    /** The last number dialled here. Errors: NOT_FOUND. */
    redial: common.output(CallRef),
    /** A missed call's task is done. */
    closeTask: common.input(CallRef),
    /** The person has seen the number that a link brought. */
    dialWishSeen: common.input(z.object({ id: z.uuid() })),
    /** Which of the candidates, or whom the operator found; null takes the choice back. */
    chooseCustomer: common.input(CallRef.extend({ customerId: z.uuid().nullable() })),
    chooseProject: common.input(CallRef.extend({ projectId: z.string() })),
    /** What was typed and ticked so far; answered when it is on the disk. */
    saveDraft: common.input(CallRef.extend({ draft: Draft })),
    /** Order and outbox in one transaction. Errors: UNSAID, FORM_INVALID, NOT_STORED. */
    placeOrder: common
      .input(CallRef.extend({ draft: Draft }))
      .output(z.object({ orderId: z.uuid() })),
    /** Ends the wrap-up: the outcome is recorded, the card goes. Errors: WRONG_STATE while the call is up. */
    finish: common.input(
      CallRef.extend({
        outcome: z.string().nullable(),
        reason: z.string().nullable(),
        note: z.string().max(10_000),
      }),
    ),
  },
  customers: {
    /** Best first, at most `limit`. Text: a name, a number or part of it, a street; č š ž may be written c s z, one slip is forgiven. */
    search: common
      .input(z.object({ text: z.string().max(200), limit: z.int().min(1).max(50) }))
      .output(z.object({ customers: z.array(Customer) })),
    open: common
      .input(z.object({ customerId: z.uuid() }))
      .output(z.object({ customer: Customer, timeline: z.array(TimelineEntry) })),
    /** For an unknown caller; also chosen for the call when one is named. */
    create: common
      .input(z.object({ fields: CustomerFields, callId: z.uuid().nullable() }))
      .output(z.object({ customerId: z.uuid() })),
    edit: common.input(
      z.object({ customerId: z.uuid(), baseVersion: z.int(), changes: CustomerFields.partial() }),
    ),
  },
  sync: {
    parked: common.output(z.object({ mutations: z.array(ParkedMutation) })),
    /** Send again as it is, or with mended arguments. */
    mend: common.input(z.object({ mutationId: z.string(), args: z.json().nullable() })),
  },
  preflight: {
    /** Runs all checks anew; results come as `preflight` events. Errors: WRONG_STATE in a call. */
    run: common,
  },
  settings: {
    read: common.output(
      z.object({
        language: Language,
        theme: z.enum(['auto', 'light', 'dark']),
        /** Where the key of the local base is: in the system's keychain, or in a file that only this user can read. */
        keyKeptIn: z.enum(['keychain', 'file']),
      }),
    ),
    write: common.input(
      z.object({
        language: Language.optional(),
        theme: z.enum(['auto', 'light', 'dark']).optional(),
      }),
    ),
    wishAudio: common.input(AudioWishes),
  },
  debug: {
    /** The media of every live call, once a second. */
    media: common.output(eventIterator(z.object({ calls: z.array(MediaReport) }))),
    /** All that support needs, as text to copy; numbers, names and secrets are struck out. */
    report: common.output(z.object({ text: z.string() })),
    /** The last 500 SIP messages, secrets struck out, then each new one. */
    sip: common.output(eventIterator(SipMessage)),
  },
};
