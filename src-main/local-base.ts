/** The rooms that stand on the local base, built once, in order. */
import type { AttendanceStamp } from '#shared/model/preflight.ts';
import type { Host } from './host.ts';
import { createCardSource } from './cards/card-source.ts';
import { createCustomerBase } from './customers/customer-base.ts';
import { createDraftBase } from './drafts/draft-base.ts';
import { createGivenCards } from './handed-cards/given-cards.ts';
import { createHandedCardBase } from './handed-cards/handed-card-base.ts';
import { createHistoryBase } from './history/history-base.ts';
import { createJournalBase } from './journal/journal-base.ts';
import { createOrderBase } from './orders/order-base.ts';
import { createProjectBase } from './projects/project-base.ts';
import { personalWords } from './report/personal-words.ts';
import { deskIdOf } from './session/desk-id.ts';
import { createPeople } from './session/people.ts';
import { createServerChoice } from './session/server-choice.ts';
import { createSession } from './session/session.ts';
import { baseKey } from './store/base-key.ts';
import { checkBase } from './store/base-health.ts';
import { openStore } from './store/open-store.ts';
import { createCentral } from './sync/central.ts';
import { createOutbox } from './sync/outbox.ts';
import { createSync } from './sync/sync.ts';

export type LocalBase = Awaited<ReturnType<typeof openLocalBase>>;

/** Errors: StoreError; those of node:fs where the data folder cannot be written. */
export async function openLocalBase(host: Host, callIsUp: () => boolean) {
  const { clock, log } = host;
  const key = await baseKey(host);
  const store = openStore({ folder: host.dataFolder, key, log, clock });
  const deskId = deskIdOf(store);
  const people = createPeople({ store, clock });
  const server = createServerChoice({ store, host });
  const userId = (): string | null => people.current;
  const operatorName = (): string | null =>
    people.current === null ? null : (people.byId(people.current)?.opened.name ?? null);

  const outbox = createOutbox({ store, clock, userId });
  const customers = createCustomerBase({ store, outbox });
  const projects = createProjectBase(store);
  const orders = createOrderBase({
    store,
    outbox,
    timeline: customers.entries,
    clock,
    operatorName,
  });
  const drafts = createDraftBase({ store, clock, userId });
  const given = createGivenCards({
    store,
    outbox,
    clock,
    userId,
    line: () =>
      people.current === null ? null : (people.byId(people.current)?.opened.line ?? null),
    operatorName,
  });
  const handed = createHandedCardBase({ store, outbox, clock, userId, given });
  const history = createHistoryBase({ store, clock, userId });
  const journal = createJournalBase({ store, log, userId });
  const cards = createCardSource({
    store,
    customers,
    projects,
    drafts,
    orders,
    outbox,
    handed,
    given,
    history,
    operatorName,
  });
  const central = createCentral(() => server.current());
  const sync = createSync({
    store,
    outbox,
    central,
    server: () => server.current(),
    deskId,
    rooms: {
      customer: customers.pulled,
      timeline: customers.entries.pulled,
      project: projects.pulled.project,
      script: projects.pulled.script,
      form: projects.pulled.form,
      'handed-card': handed.pulled,
    },
    customers: () => customers.count(),
    tidy: () => customers.tidy(),
    tokens: () => people.tokens(),
    clock,
    log,
  });
  const session = createSession({
    store,
    people,
    central,
    server,
    sync,
    projects,
    deskId,
    callIsUp,
    clock,
    log,
  });
  return {
    deskId,
    outbox,
    customers,
    projects,
    orders,
    cards,
    handed,
    history,
    journal,
    sync,
    session,
    operatorName,
    health: () => checkBase(store),
    personalWords: () => personalWords(store),
    /** Errors: StoreError. */
    stampAttendance(stamp: AttendanceStamp): void {
      store.transaction((tx) => {
        outbox.enqueue(tx, { name: 'attendance.stamp', subject: stamp.stampId, args: stamp });
      });
    },
    async [Symbol.asyncDispose]() {
      session[Symbol.dispose]();
      const ended = sync[Symbol.asyncDispose]();
      central[Symbol.dispose]();
      await ended;
      store.close();
    },
  };
}
