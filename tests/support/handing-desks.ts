/** Bases of desks of one centre, signed in at the real server, that hand cards to each other. */
import { v7 as uuidv7 } from 'uuid';
import type { CallCard } from '#shared/contract/desk.ts';
import { emptyDraft, type Draft } from '#shared/model/draft.ts';
import type { Ring } from '../../src-main/calls/card-source.ts';
import { openLocalBase, type LocalBase } from '../../src-main/local-base.ts';
import { memoryHost, wallClock, type MemoryHost } from './memory-host.ts';
import { until } from './until.ts';
import { password, type TestCentre } from './whole-desk.ts';

export interface DeskAt extends AsyncDisposable {
  readonly base: LocalBase;
  readonly host: MemoryHost;
  /** Milliseconds by which this desk's clock is ahead. */
  setAhead(ms: number): void;
  restart(): Promise<void>;
}

/** A desk's base, signed in at the real server, everything pulled. */
export async function deskAt(centre: TestCentre, username: string): Promise<DeskAt> {
  const memory = memoryHost({ server: centre.door.address });
  let ahead = 0;
  const host = { ...memory, clock: { ...wallClock, now: () => Date.now() + ahead } };
  let base = await openLocalBase(host, () => false);
  await base.session.signIn(username, password);
  const ready = (): Promise<unknown> =>
    until('pulled', () => base.sync.state.server === 'up' && !base.sync.state.loading, 20_000);
  await ready();
  return {
    setAhead: (ms) => void (ahead = ms),
    get base() {
      return base;
    },
    host: memory,
    async restart() {
      await base[Symbol.asyncDispose]();
      base = await openLocalBase(host, () => false);
      base.session.resume();
      await ready();
    },
    async [Symbol.asyncDispose]() {
      await base[Symbol.asyncDispose]();
      memory[Symbol.dispose]();
    },
  };
}

export const marija = '+38641555101';
export const typed: Draft = {
  ...emptyDraft,
  form: { package: 'fiber-100' },
  script: { provider: 'drugi' },
  said: { who: '2026-11-23T09:00:00.000Z' },
  note: 'Raje dopoldne.',
};

export function ringing(parts: Partial<Ring> = {}): Ring {
  return {
    callId: uuidv7(),
    direction: 'in',
    number: marija,
    written: marija,
    dialled: null,
    queue: null,
    projectId: null,
    customerId: null,
    ...parts,
  };
}

/** Ana talks to a customer of the internet project and has typed. */
export function anasCall(
  { base }: DeskAt,
  parts: Partial<Ring> = {},
): { ring: Ring; card: CallCard } {
  const ring = ringing({ queue: 'internet', ...parts });
  const card = { ...base.cards.cardFor(ring), draft: typed };
  base.cards.saveDraft(
    ring,
    typed,
    card.customer?.customerId ?? null,
    card.project?.projectId ?? null,
  );
  return { ring, card };
}

export const answered = ({ base }: DeskAt, ring: Ring, { draft }: CallCard): void =>
  base.cards.saveDraft(ring, draft, null, null);

export const arrived = (desk: DeskAt, ring: Ring): Promise<unknown> =>
  until('the card is there', () => desk.base.handed.match(ring) !== null, 5000);

/** What else was handed over in this file must not answer for it. */
export async function nothingWaits(desk: DeskAt): Promise<void> {
  await until('all sent', () => desk.base.outbox.counts().waiting === 0, 10_000);
}
