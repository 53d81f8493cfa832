/**
 * What the rules look at when a batch of mutations is decided, and what they decide: gathered before, written after,
 * so that the rules are plain functions.
 */
import type { FormDefinition } from '#shared/model/form.ts';
import type { JsonObject } from '#shared/model/json.ts';
import type { Refusal } from '#shared/model/mutation.ts';
import type { Project } from '#shared/model/project.ts';
import type { Script } from '#shared/model/script.ts';
import type { Person } from '../auth/auth.ts';
import type {
  attendanceStamps,
  calls,
  customers,
  handOvers,
  orders,
  timeline,
} from '../store/schema.ts';

export type CustomerRow = typeof customers.$inferSelect;
type CallRow = typeof calls.$inferInsert;
type OrderRow = typeof orders.$inferInsert;
type TimelineRow = typeof timeline.$inferInsert;
type HandOverRow = typeof handOvers.$inferInsert;
type StampRow = typeof attendanceStamps.$inferInsert;

/** A card that was handed over: between whom, and whether it was taken or withdrawn. */
export interface HandOver {
  readonly fromUserId: string;
  readonly toUserId: string;
  readonly closed: boolean;
}

export interface World {
  readonly person: Person;
  readonly deskId: string;
  readonly projects: ReadonlyMap<string, Project>;
  /** Projects the person works in. */
  readonly ownProjects: ReadonlySet<string>;
  /** By id and revision, see `revisionKey`. */
  readonly forms: ReadonlyMap<string, FormDefinition>;
  readonly scripts: ReadonlyMap<string, Script>;
  /** As they are after the mutations decided so far. */
  readonly customers: Map<string, CustomerRow>;
  /** Whose calls and orders are there already, by their id. */
  readonly calls: Map<string, string>;
  readonly orders: Map<string, string>;
  readonly stamps: Map<string, string>;
  readonly handOvers: Map<string, HandOver>;
  /** Whose line an extension is. */
  readonly extensions: ReadonlyMap<string, string>;
}

/** What is to be written for a batch. */
export interface Writes {
  readonly newCustomers: Set<string>;
  readonly changedCustomers: Set<string>;
  readonly calls: CallRow[];
  readonly orders: OrderRow[];
  readonly timeline: TimelineRow[];
  readonly stamps: StampRow[];
  readonly handOvers: HandOverRow[];
  readonly closedHandOvers: Set<string>;
}

/** null: accepted. */
export type Refused = { readonly code: Refusal; readonly details: JsonObject } | null;

export function noWrites(): Writes {
  return {
    newCustomers: new Set(),
    changedCustomers: new Set(),
    calls: [],
    orders: [],
    timeline: [],
    stamps: [],
    handOvers: [],
    closedHandOvers: new Set(),
  };
}

export function revisionKey(id: string, revision: number): string {
  return `${id}@${revision}`;
}

export function refuse(code: Refusal, details: JsonObject = {}): Refused {
  return { code, details };
}
