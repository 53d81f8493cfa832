/** The central base: one table a thing. Names here are for ever; `migrations/central` holds the numbered SQL. */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  customType,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgSequence,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
import type { EntityName } from '#shared/model/change.ts';
import type { CentreFile } from '#shared/model/centre-file.ts';
import type { Customer } from '#shared/model/customer.ts';
import type { FormDefinition } from '#shared/model/form.ts';
import type { HandedCard } from '#shared/model/handed-card.ts';
import type { JsonObject } from '#shared/model/json.ts';
import type { Money } from '#shared/model/money.ts';
import type { CallRecord, MutationResult } from '#shared/model/mutation.ts';
import type { AttendanceStamp } from '#shared/model/preflight.ts';
import type { Project } from '#shared/model/project.ts';
import type { Script } from '#shared/model/script.ts';
import type { TimelineEntry } from '#shared/model/timeline.ts';
import { user } from './auth-schema.ts';

export * from './auth-schema.ts';

const moment = (name: string) => timestamp(name, { withTimezone: true });

/** PostgreSQL's 64-bit transaction id; text here, because it may pass 2^53. */
const xid8 = customType<{ data: string }>({ dataType: () => 'xid8' });

/** One row: the organisation and its exchange. */
export const organisation = pgTable('organisation', {
  id: integer('id').primaryKey(),
  name: text('name').notNull(),
  settings: jsonb('settings').$type<CentreFile['organisation']>().notNull(),
  exchange: jsonb('exchange').$type<CentreFile['exchange']>().notNull(),
});

export const lines = pgTable('lines', {
  userId: text('user_id')
    .primaryKey()
    .references(() => user.id, { onDelete: 'cascade' }),
  extension: text('extension').notNull().unique(),
  sipUser: text('sip_user').notNull().unique(),
  secret: text('secret').notNull(),
});

export const projects = pgTable('projects', {
  projectId: text('project_id').primaryKey(),
  body: jsonb('body').$type<Project>().notNull(),
});

/** Who works in which project. A row stays when somebody leaves, so that the desk is told to forget. */
export const memberships = pgTable(
  'memberships',
  {
    userId: text('user_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.projectId, { onDelete: 'cascade' }),
    active: boolean('active').notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.projectId] })],
);

/** Every revision is kept: a call stores the one it was led by. */
export const scripts = pgTable(
  'scripts',
  {
    scriptId: text('script_id').notNull(),
    revision: integer('revision').notNull(),
    body: jsonb('body').$type<Script>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.scriptId, table.revision] })],
);

/** Every revision is kept: an order is judged by the one it was filled in. */
export const forms = pgTable(
  'forms',
  {
    formId: text('form_id').notNull(),
    revision: integer('revision').notNull(),
    body: jsonb('body').$type<FormDefinition>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.formId, table.revision] })],
);

/** For each field changed since the customer was made: the version that changed it, and from which desk. */
export type FieldStamps = Readonly<
  Record<string, { readonly version: number; readonly desk: string | null }>
>;

export const customers = pgTable('customers', {
  customerId: uuid('customer_id').primaryKey(),
  version: integer('version').notNull(),
  name: text('name').notNull(),
  numbers: jsonb('numbers').$type<Customer['numbers']>().notNull(),
  address: jsonb('address').$type<Customer['address']>(),
  email: text('email'),
  since: integer('since'),
  language: text('language').$type<'sl' | 'en'>(),
  note: text('note').notNull(),
  data: jsonb('data').$type<Customer['data']>().notNull(),
  /** The desk that made the customer; null when it came with the base. */
  madeBy: uuid('made_by'),
  stamps: jsonb('stamps').$type<FieldStamps>().notNull().default({}),
});

export const calls = pgTable(
  'calls',
  {
    callId: uuid('call_id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    deskId: uuid('desk_id').notNull(),
    direction: text('direction').notNull(),
    number: text('number'),
    customerId: uuid('customer_id').references(() => customers.customerId),
    projectId: text('project_id').references(() => projects.projectId),
    queue: text('queue'),
    waitedSeconds: doublePrecision('waited_seconds'),
    startedAt: moment('started_at').notNull(),
    answeredAt: moment('answered_at'),
    endedAt: moment('ended_at').notNull(),
    end: text('end').notNull(),
    outcome: text('outcome'),
    reason: text('reason'),
    note: text('note').notNull(),
    scriptId: text('script_id'),
    scriptRevision: integer('script_revision'),
    scriptAnswers: jsonb('script_answers').$type<JsonObject>().notNull(),
    said: jsonb('said').$type<Record<string, string>>().notNull(),
    quality: jsonb('quality').$type<NonNullable<CallRecord['quality']>>(),
    receivedAt: moment('received_at').notNull().defaultNow(),
  },
  (table) => [
    index('calls_customer').on(table.customerId),
    index('calls_user').on(table.userId, table.startedAt),
  ],
);

export const orders = pgTable(
  'orders',
  {
    orderId: uuid('order_id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    deskId: uuid('desk_id').notNull(),
    kind: text('kind').notNull(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.projectId),
    customerId: uuid('customer_id').references(() => customers.customerId),
    /** No reference: the call is still being wrapped up when its order arrives. */
    callId: uuid('call_id'),
    formId: text('form_id').notNull(),
    formRevision: integer('form_revision').notNull(),
    scriptId: text('script_id'),
    scriptRevision: integer('script_revision'),
    answers: jsonb('answers').$type<JsonObject>().notNull(),
    scriptAnswers: jsonb('script_answers').$type<JsonObject>().notNull(),
    said: jsonb('said').$type<Record<string, string>>().notNull(),
    amountDueCents: bigint('amount_due_cents', { mode: 'number' }),
    currency: text('currency'),
    placedAt: moment('placed_at').notNull(),
    receivedAt: moment('received_at').notNull().defaultNow(),
  },
  (table) => [
    index('orders_customer').on(table.customerId),
    index('orders_user').on(table.userId, table.placedAt),
  ],
);

export const timeline = pgTable(
  'timeline',
  {
    entryId: uuid('entry_id').primaryKey(),
    customerId: uuid('customer_id')
      .notNull()
      .references(() => customers.customerId, { onDelete: 'cascade' }),
    at: moment('at').notNull(),
    kind: text('kind').$type<TimelineEntry['kind']>().notNull(),
    projectId: text('project_id'),
    code: text('code'),
    reason: text('reason'),
    text: text('text').notNull(),
    amount: jsonb('amount').$type<Money>(),
    operatorName: text('operator_name'),
  },
  (table) => [index('timeline_customer').on(table.customerId)],
);

/** Cards on their way to a colleague. The card itself is kept only while it may still be put on a call. */
export const handOvers = pgTable(
  'hand_overs',
  {
    handOverId: uuid('hand_over_id').primaryKey(),
    fromUserId: text('from_user_id')
      .notNull()
      .references(() => user.id),
    toUserId: text('to_user_id')
      .notNull()
      .references(() => user.id),
    deskId: uuid('desk_id').notNull(),
    at: moment('at').notNull(),
    receivedAt: moment('received_at').notNull().defaultNow(),
    /** When it was put on a call, or withdrawn. */
    takenAt: moment('taken_at'),
    /** null: taken, withdrawn, or too old. */
    card: jsonb('card').$type<HandedCard>(),
  },
  (table) => [index('hand_overs_to').on(table.toUserId)],
);

/** Who was there with working gear, and when. */
export const attendanceStamps = pgTable(
  'attendance_stamps',
  {
    stampId: uuid('stamp_id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    deskId: uuid('desk_id').notNull(),
    /** By the desk's clock. */
    at: moment('at').notNull(),
    receivedAt: moment('received_at').notNull().defaultNow(),
    checks: jsonb('checks').$type<AttendanceStamp['checks']>().notNull(),
  },
  (table) => [index('attendance_stamps_user').on(table.userId, table.at)],
);

/** @public for the migrations' generator */
export const changeSequence = pgSequence('changes_seq');

/**
 * Where each thing last changed: one row a thing, moved to the end of the log by every change. Read below the
 * snapshot's xmin, so that a late commit is not passed by (see sync/cursor.ts). Written and read as SQL.
 * @public for the migrations' generator
 */
export const changes = pgTable(
  'changes',
  {
    entity: text('entity').$type<EntityName>().notNull(),
    id: text('id').notNull(),
    xid: xid8('xid')
      .notNull()
      .default(sql`pg_current_xact_id()`),
    seq: bigint('seq', { mode: 'number' })
      .notNull()
      .default(sql`nextval('changes_seq')`),
    /** A tombstone. */
    gone: boolean('gone').notNull().default(false),
    at: moment('at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.entity, table.id] }),
    index('changes_log').on(table.xid, table.seq),
  ],
);

/** One row: which log this is, and how far its tombstones have been forgotten. */
export const logState = pgTable('log_state', {
  id: integer('id').primaryKey(),
  /** Another one makes every desk begin again; changed when the base was put back from a copy. */
  epoch: text('epoch').notNull(),
  /** Counts the times tombstones were forgotten. */
  generation: integer('generation').notNull(),
  /** The last forgotten tombstone's place in the log. */
  horizonXid: xid8('horizon_xid').notNull(),
  horizonSeq: bigint('horizon_seq', { mode: 'number' }).notNull(),
});

export const desks = pgTable('desks', {
  deskId: uuid('desk_id').primaryKey(),
  userId: text('user_id')
    .notNull()
    .references(() => user.id),
  seenAt: moment('seen_at').notNull(),
});

/** Every mutation ever answered: a repeat is answered the same. */
export const mutations = pgTable(
  'mutations',
  {
    deskId: uuid('desk_id').notNull(),
    mutationId: text('mutation_id').notNull(),
    name: text('name').notNull(),
    userId: text('user_id').notNull(),
    result: jsonb('result').$type<MutationResult>().notNull(),
    answeredAt: moment('answered_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.deskId, table.mutationId] })],
);
