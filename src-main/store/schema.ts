/** The tables of migrations/desk as drizzle sees them; what is read on the hot paths is plain SQL in its room. */
import { blob, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { OpenedSession } from '#shared/contract/central.ts';
import type { Draft } from '#shared/model/draft.ts';
import type { JsonObject, Json } from '#shared/model/json.ts';
import type { Mutation, Refusal } from '#shared/model/mutation.ts';
import type { Order } from '#shared/model/order.ts';

export const kept = sqliteTable('kept', {
  name: text('name').primaryKey(),
  value: text('value').notNull(),
});

export const people = sqliteTable('people', {
  userId: text('user_id').primaryKey(),
  username: text('username').notNull().unique(),
  opened: text('opened', { mode: 'json' }).$type<OpenedSession>().notNull(),
  /** The bearer token; kept after signing out only while something of this person is unsent. */
  token: text('token'),
  salt: blob('salt', { mode: 'buffer' }).notNull(),
  hash: blob('hash', { mode: 'buffer' }).notNull(),
  /** When the server last said who this is; milliseconds since 1970. */
  confirmedAt: integer('confirmed_at').notNull(),
  /** Wrong passwords in a row, offline. */
  failures: integer('failures').notNull().default(0),
});

export const customers = sqliteTable('customers', {
  row: integer('row').primaryKey(),
  customerId: blob('customer_id', { mode: 'buffer' }).notNull().unique(),
  version: integer('version').notNull(),
  /** The pull it was last seen in; null: made here, not yet pulled. */
  generation: integer('generation'),
  name: text('name').notNull(),
  numbers: text('numbers').notNull(),
  street: text('street'),
  postCode: text('post_code'),
  town: text('town'),
  country: text('country'),
  email: text('email'),
  since: integer('since'),
  language: text('language'),
  note: text('note'),
  data: text('data'),
});

export const customerNumbers = sqliteTable(
  'customer_numbers',
  { number: text('number').notNull(), customerRow: integer('customer_row').notNull() },
  (table) => [primaryKey({ columns: [table.number, table.customerRow] })],
);

export const vocabulary = sqliteTable('vocabulary', {
  word: text('word').primaryKey(),
  customers: integer('customers').notNull(),
});

export const timeline = sqliteTable(
  'timeline',
  {
    entryId: blob('entry_id', { mode: 'buffer' }).primaryKey(),
    customerId: blob('customer_id', { mode: 'buffer' }).notNull(),
    at: integer('at').notNull(),
    generation: integer('generation'),
    body: text('body').notNull(),
  },
  (table) => [index('timeline_of_customer').on(table.customerId, table.at)],
);

export const projects = sqliteTable('projects', {
  projectId: text('project_id').primaryKey(),
  generation: integer('generation'),
  body: text('body').notNull(),
});

export const scripts = sqliteTable('scripts', {
  scriptId: text('script_id').primaryKey(),
  generation: integer('generation'),
  body: text('body').notNull(),
});

export const forms = sqliteTable('forms', {
  formId: text('form_id').primaryKey(),
  generation: integer('generation'),
  body: text('body').notNull(),
});

export const drafts = sqliteTable('drafts', {
  callId: text('call_id').primaryKey(),
  userId: text('user_id'),
  ring: text('ring', { mode: 'json' }).$type<JsonObject>().notNull(),
  draft: text('draft', { mode: 'json' }).$type<Draft>().notNull(),
  customerId: text('customer_id'),
  projectId: text('project_id'),
  startedAt: text('started_at').notNull(),
});

export const orders = sqliteTable(
  'orders',
  {
    orderId: text('order_id').primaryKey(),
    callId: text('call_id'),
    customerId: text('customer_id'),
    placedAt: text('placed_at').notNull(),
    body: text('body', { mode: 'json' }).$type<Order>().notNull(),
  },
  (table) => [index('orders_of_call').on(table.callId)],
);

export const outbox = sqliteTable(
  'outbox',
  {
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    mutationId: text('mutation_id').notNull().unique(),
    userId: text('user_id'),
    name: text('name').$type<Mutation['name']>().notNull(),
    subject: text('subject').notNull(),
    args: text('args', { mode: 'json' }).$type<Json>().notNull(),
    madeAt: text('made_at').notNull(),
    attempts: integer('attempts').notNull().default(0),
    state: text('state', { enum: ['waiting', 'refused'] })
      .notNull()
      .default('waiting'),
    refusal: text('refusal', { mode: 'json' }).$type<{ code: Refusal; details: JsonObject }>(),
  },
  (table) => [
    index('outbox_of_subject').on(table.subject),
    index('outbox_by_state').on(table.state, table.seq),
  ],
);
