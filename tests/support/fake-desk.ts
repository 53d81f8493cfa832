/**
 * A desk main in memory that speaks the real desk contract over a real MessageChannel: for page tests and
 * the preview. Commands change its facts as main would, and every change is told to all watchers.
 */
import { implement, ORPCError } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import {
  deskContract,
  type AudioState,
  type CallCard,
  type DeskEvent,
  type MediaReport,
  type ParkedMutation,
  type PlacedOrder,
  type Session,
  type SipMessage,
  type SyncState,
} from '#shared/contract/desk.ts';
import type { HistoryEntry } from '#shared/model/call-history.ts';
import type { Call } from '#shared/model/call.ts';
import type { Customer } from '#shared/model/customer.ts';
import { amountDue } from '#shared/model/form.ts';
import type { Language } from '#shared/model/language.ts';
import type { LineLights, LineState } from '#shared/model/line.ts';
import type { NotReadyReason, OperatorState } from '#shared/model/operator-state.ts';
import { noPreflight, type Preflight } from '#shared/model/preflight.ts';
import { connectionOver } from '../../src-renderer/wire/desk-port.ts';
import type { Connect } from '../../src-renderer/wire/desk-link.ts';
import {
  bojan,
  emptyCard,
  goodAudio,
  internet,
  marija,
  ringing,
  signedIn,
  signedOut,
  timeline,
} from './fake-desk-data.ts';
import { eventLine, type EventLine } from './event-line.ts';

export interface GivenCommand {
  readonly name: string;
  readonly input: unknown;
}

export interface FakeDesk extends Disposable {
  /** For `createDeskLink`. */
  readonly connect: Connect;
  /** Every command given, in order. */
  readonly commands: readonly GivenCommand[];
  readonly customers: Customer[];
  readonly parked: ParkedMutation[];
  callOf(callId: string): Call;
  setSession(changes: Partial<Session>): void;
  setLine(changes: Partial<LineState>): void;
  setSync(changes: Partial<SyncState>): void;
  setOperator(changes: Partial<OperatorState>): void;
  setAudio(changes: Partial<AudioState>): void;
  /** Newest first; missed ones are counted. */
  setHistory(entries: readonly HistoryEntry[]): void;
  setPreflight(changes: Partial<Preflight>): void;
  setLights(changes: Partial<LineLights>): void;
  /** A link brings a number. */
  wishToDial(written: string): void;
  media(calls: readonly MediaReport[]): void;
  /** A new call, or a changed one; the card stays when none is given. */
  setCall(call: Call, card?: CallCard): void;
  changeCall(callId: string, changes: Partial<Call>): void;
  changeCard(callId: string, changes: Partial<CallCard>): void;
  /** The customer hangs up. */
  hangUpThere(callId: string): void;
  gone(callId: string): void;
  level(callId: string, out: number, into: number, spoken?: number): void;
  /** Any event as it stands, out of order or repeated. */
  emit(event: DeskEvent): void;
  sip(message: SipMessage): void;
  /** The next command of that name ("calls.answer") is refused with the code. */
  refuseNext(name: string, code: string, data?: unknown): void;
  /** The next command of that name is never answered. */
  swallowNext(name: string): void;
  /** The next command of that name waits until it is released. */
  holdNext(name: string): () => void;
  /** All connections break, as when main's process ends; `connect` fails while `down`. */
  breakLinks(): void;
  down: boolean;
}

export function createFakeDesk(
  start: {
    readonly session?: Session;
    readonly language?: Language;
    readonly keyKeptIn?: 'keychain' | 'file';
  } = {},
): FakeDesk {
  let revision = 0;
  let session = start.session ?? signedIn;
  let line: LineState = {
    phase: 'registered',
    extension: '201',
    problem: null,
    detail: null,
    retryAt: null,
  };
  let sync: SyncState = {
    server: 'up',
    waiting: 0,
    refused: 0,
    loading: false,
    customers: 1_000_000,
  };
  let operator: OperatorState = {
    phase: 'not-ready',
    reason: 'signed-in',
    since: new Date().toISOString(),
    wrapUpCallId: null,
    wrapUpUntil: null,
    then: 'not-ready',
    thenReason: 'signed-in',
  };
  let audio: AudioState = goodAudio;
  let history: readonly HistoryEntry[] = [];
  let preflight: Preflight = noPreflight;
  let lights: LineLights = { mailbox: null, colleagues: [] };
  let wish: { id: string; written: string } | null = null;
  let media: readonly MediaReport[] = [];
  const settings = {
    language: start.language ?? 'sl',
    theme: 'auto' as 'auto' | 'light' | 'dark',
    keyKeptIn: start.keyKeptIn ?? 'keychain',
  };
  const calls = new Map<string, { call: Call; card: CallCard }>();
  const watchers = new Set<EventLine<DeskEvent>>();
  const ladders = new Set<EventLine<SipMessage>>();
  const mediaPages = new Set<EventLine<{ calls: MediaReport[] }>>();
  const sipLog: SipMessage[] = [];
  const ports = new Set<MessagePort>();
  const commands: GivenCommand[] = [];
  const refusals = new Map<string, { code: string; data?: unknown }>();
  const swallowed = new Set<string>();
  const held = new Map<string, Promise<void>>();
  const customers: Customer[] = [marija, bojan];
  const parked: ParkedMutation[] = [];

  const emit = (event: DeskEvent) => {
    for (const watcher of watchers) watcher.push(event);
  };
  const historyEvent = (): DeskEvent => ({
    type: 'history',
    revision: ++revision,
    entries: [...history],
    missed: history.filter((one) => one.task === 'open').length,
  });
  const tell = {
    session: () => emit({ type: 'session', revision: ++revision, session }),
    line: () => emit({ type: 'line', revision: ++revision, line }),
    sync: () => emit({ type: 'sync', revision: ++revision, sync }),
    operator: () => emit({ type: 'operator', revision: ++revision, operator }),
    audio: () => emit({ type: 'audio', revision: ++revision, audio }),
    history: () => emit(historyEvent()),
    preflight: () => emit({ type: 'preflight', revision: ++revision, preflight }),
    lights: () => emit({ type: 'lights', revision: ++revision, lights }),
    wish: () => emit({ type: 'dial-wish', revision: ++revision, wish }),
    call: (callId: string) => {
      const entry = calls.get(callId);
      if (entry) emit({ type: 'call', revision: ++revision, ...entry });
    },
  };
  const whole = (): DeskEvent[] => [
    { type: 'session', revision: ++revision, session },
    { type: 'line', revision: ++revision, line },
    { type: 'sync', revision: ++revision, sync },
    { type: 'operator', revision: ++revision, operator },
    { type: 'audio', revision: ++revision, audio },
    historyEvent(),
    { type: 'preflight', revision: ++revision, preflight },
    { type: 'dial-wish', revision: ++revision, wish },
    { type: 'lights', revision: ++revision, lights },
    ...[...calls.values()].map((entry): DeskEvent => ({
      type: 'call',
      revision: ++revision,
      ...entry,
    })),
  ];
  const entryOf = (callId: string) => {
    const entry = calls.get(callId);
    if (!entry) throw new ORPCError('NOT_FOUND');
    return entry;
  };
  const changeCall = (callId: string, changes: Partial<Call>) => {
    const entry = entryOf(callId);
    calls.set(callId, { ...entry, call: { ...entry.call, ...changes } });
    tell.call(callId);
  };
  const changeCard = (callId: string, changes: Partial<CallCard>) => {
    const entry = entryOf(callId);
    calls.set(callId, { ...entry, card: { ...entry.card, ...changes } });
    tell.call(callId);
  };
  const setOperator = (changes: Partial<OperatorState>) => {
    operator = { ...operator, since: new Date().toISOString(), ...changes };
    tell.operator();
  };
  const end = (callId: string, how: Call['end']) => {
    const wasUp = entryOf(callId).call.answeredAt !== null;
    changeCall(callId, {
      phase: 'ended',
      end: how,
      endedAt: new Date().toISOString(),
      audio: 'none',
    });
    if (wasUp) {
      const until = new Date(Date.now() + internet.wrapUpSeconds * 1000).toISOString();
      setOperator({ phase: 'wrap-up', wrapUpCallId: callId, wrapUpUntil: until });
    } else setOperator({ phase: operator.then, reason: operator.thenReason });
  };
  const dial = (written: string, projectId: string | null, changes: Partial<Call> = {}) => {
    const callId = crypto.randomUUID();
    const digits = written.replace(/[^\d+]/g, '');
    const number = /^0\d{8}$/.test(digits) ? `+386${digits.slice(1)}` : null;
    const customer =
      customers.find((one) => one.numbers.some((known) => known.number === number)) ?? null;
    const project = session.projects.find((one) => one.projectId === projectId) ?? null;
    calls.set(callId, {
      call: ringing(callId, {
        direction: 'out',
        phase: 'alerting',
        party: { number, written: digits, displayName: null, withheld: false },
        dialled: null,
        queue: null,
        waitedSeconds: null,
        ...changes,
      }),
      card: { ...emptyCard(), match: customer ? 'one' : 'none', customer, project },
    });
    tell.call(callId);
    return { callId };
  };
  const hearOnly = (heard: string) => {
    for (const { call } of calls.values())
      if (call.phase === 'talking' || call.phase === 'held')
        changeCall(call.callId, {
          phase: call.callId === heard ? 'talking' : 'held',
          inConference: false,
        });
  };
  const gone = (callId: string) => {
    calls.delete(callId);
    emit({ type: 'call.gone', revision: ++revision, callId });
  };

  const base = implement(deskContract);
  const os = base.use(async ({ path, next }, input) => {
    const name = path.join('.');
    commands.push({ name, input });
    const refusal = refusals.get(name);
    if (refusal) {
      refusals.delete(name);
      throw new ORPCError(refusal.code, { data: refusal.data });
    }
    if (swallowed.delete(name)) await new Promise(() => undefined);
    const gate = held.get(name);
    held.delete(name);
    await gate;
    return next();
  });
  const router = os.router({
    watch: os.watch.handler(async function* ({ signal }) {
      const watcher = eventLine<DeskEvent>(signal);
      watchers.add(watcher);
      for (const event of whole()) watcher.push(event);
      try {
        yield* watcher.events();
      } finally {
        watchers.delete(watcher);
      }
    }),
    session: {
      chooseServer: os.session.chooseServer.handler(({ input }) => {
        session = { ...session, phase: 'signed-out', server: input.server };
        tell.session();
      }),
      signIn: os.session.signIn.handler(({ input, errors }) => {
        if (input.password !== 'geslo-ana') throw errors.BAD_CREDENTIALS();
        session = { ...signedIn, username: input.username };
        tell.session();
      }),
      signOut: os.session.signOut.handler(() => {
        session = signedOut;
        tell.session();
      }),
    },
    line: {
      tryNow: os.line.tryNow.handler(() => {
        line = { ...line, phase: 'connecting', problem: null, detail: null };
        tell.line();
      }),
    },
    operator: {
      ready: os.operator.ready.handler(() => {
        if (operator.phase === 'busy' || operator.phase === 'wrap-up')
          setOperator({ since: operator.since, then: 'ready', thenReason: null });
        else setOperator({ phase: 'ready', reason: null, then: 'ready', thenReason: null });
      }),
      notReady: os.operator.notReady.handler(({ input }) => {
        const then = { then: 'not-ready', thenReason: input.reason } as const;
        if (operator.phase === 'busy' || operator.phase === 'wrap-up')
          setOperator({ since: operator.since, ...then });
        else
          setOperator({
            phase: 'not-ready',
            reason: input.reason satisfies NotReadyReason,
            ...then,
          });
      }),
    },
    calls: {
      dial: os.calls.dial.handler(({ input, errors }) => {
        if (input.number.replace(/[^\d+]/g, '').length < 3) throw errors.BAD_NUMBER();
        return dial(input.number, input.projectId);
      }),
      answer: os.calls.answer.handler(({ input, errors }) => {
        const { call } = entryOf(input.callId);
        if (call.phase !== 'ringing') throw errors.WRONG_STATE({ data: { state: call.phase } });
        setOperator({ phase: 'busy', reason: null });
        changeCall(input.callId, {
          phase: 'talking',
          audio: 'flowing',
          answeredAt: new Date().toISOString(),
        });
      }),
      reject: os.calls.reject.handler(({ input }) => {
        end(input.callId, 'rejected-here');
        gone(input.callId);
      }),
      hangUp: os.calls.hangUp.handler(({ input }) => end(input.callId, 'hung-up-here')),
      mute: os.calls.mute.handler(({ input }) => changeCall(input.callId, { muted: input.muted })),
      hold: os.calls.hold.handler(({ input }) =>
        changeCall(input.callId, { phase: input.held ? 'held' : 'talking' }),
      ),
      transfer: os.calls.transfer.handler(({ input }) =>
        changeCall(input.callId, { transfer: { to: input.to, state: 'asked' } }),
      ),
      consult: os.calls.consult.handler(({ input }) => {
        changeCall(input.callId, { phase: 'held' });
        changeCard(input.callId, { handedTo: input.to });
        return dial(input.to, null, { consultFor: input.callId });
      }),
      swap: os.calls.swap.handler(({ input }) => hearOnly(input.callId)),
      completeTransfer: os.calls.completeTransfer.handler(({ input }) => {
        const about = entryOf(input.callId).call.consultFor ?? input.callId;
        for (const { call } of calls.values())
          if (call.callId === about || call.consultFor === about) end(call.callId, 'transferred');
      }),
      conference: os.calls.conference.handler(({ input }) => {
        for (const callId of input.callIds)
          changeCall(callId, { phase: 'talking', inConference: true });
      }),
      split: os.calls.split.handler(({ input }) => hearOnly(input.callId)),
      callBack: os.calls.callBack.handler(({ input, errors }) => {
        const entry = history.find((one) => one.callId === input.callId);
        const party = entry?.party ?? calls.get(input.callId)?.call.party;
        if (!party?.written) throw errors.NOT_FOUND();
        return dial(party.written, entry?.projectId ?? null);
      }),
      redial: os.calls.redial.handler(({ errors }) => {
        const last = history.find((one) => one.direction === 'out');
        if (!last?.party.written) throw errors.NOT_FOUND();
        return dial(last.party.written, last.projectId);
      }),
      closeTask: os.calls.closeTask.handler(({ input }) => {
        history = history.map((one) =>
          one.callId === input.callId ? { ...one, task: 'done' } : one,
        );
        tell.history();
      }),
      dialWishSeen: os.calls.dialWishSeen.handler(({ input }) => {
        if (wish?.id === input.id) wish = null;
        tell.wish();
      }),
      sendDtmf: os.calls.sendDtmf.handler(({ input }) => void entryOf(input.callId)),
      chooseCustomer: os.calls.chooseCustomer.handler(({ input }) => {
        const customer = customers.find((one) => one.customerId === input.customerId) ?? null;
        changeCard(input.callId, {
          customer,
          match: customer ? 'chosen' : 'none',
          timeline: timeline.filter((one) => one.customerId === customer?.customerId),
        });
      }),
      chooseProject: os.calls.chooseProject.handler(({ input, errors }) => {
        const project = session.projects.find((one) => one.projectId === input.projectId);
        if (!project) throw errors.NOT_FOUND();
        changeCard(input.callId, { project });
      }),
      saveDraft: os.calls.saveDraft.handler(({ input }) =>
        changeCard(input.callId, { draft: input.draft }),
      ),
      placeOrder: os.calls.placeOrder.handler(({ input }) => {
        const { card } = entryOf(input.callId);
        const placed: PlacedOrder = {
          order: {
            orderId: crypto.randomUUID(),
            kind: card.form?.makes ?? 'order',
            projectId: card.project?.projectId ?? 'internet-plus',
            customerId: card.customer?.customerId ?? null,
            callId: input.callId,
            formId: card.form?.formId ?? 'none',
            formRevision: card.form?.revision ?? 1,
            scriptId: card.script?.scriptId ?? null,
            scriptRevision: card.script?.revision ?? null,
            answers: input.draft.form,
            scriptAnswers: input.draft.script,
            said: input.draft.said,
            amountDue: card.form ? amountDue(card.form, input.draft.form) : null,
            placedAt: new Date().toISOString(),
          },
          state: 'saved',
          refusal: null,
        };
        changeCard(input.callId, { draft: input.draft, orders: [...card.orders, placed] });
        return { orderId: placed.order.orderId };
      }),
      finish: os.calls.finish.handler(({ input, errors }) => {
        const { call } = entryOf(input.callId);
        if (call.phase !== 'ended') throw errors.WRONG_STATE({ data: { state: call.phase } });
        gone(input.callId);
        setOperator({
          phase: operator.then,
          reason: operator.thenReason,
          wrapUpCallId: null,
          wrapUpUntil: null,
        });
      }),
    },
    customers: {
      search: os.customers.search.handler(({ input }) => ({
        customers: customers
          .filter((one) => plain(JSON.stringify(one)).includes(plain(input.text)))
          .slice(0, input.limit),
      })),
      open: os.customers.open.handler(({ input, errors }) => {
        const customer = customers.find((one) => one.customerId === input.customerId);
        if (!customer) throw errors.NOT_FOUND();
        return {
          customer,
          timeline: timeline.filter((one) => one.customerId === customer.customerId),
        };
      }),
      create: os.customers.create.handler(({ input }) => {
        const customer = { ...input.fields, customerId: crypto.randomUUID(), version: 0 };
        customers.push(customer);
        if (input.callId !== null) changeCard(input.callId, { customer, match: 'chosen' });
        return { customerId: customer.customerId };
      }),
      edit: os.customers.edit.handler(({ input, errors }) => {
        const at = customers.findIndex((one) => one.customerId === input.customerId);
        const old = customers[at];
        if (!old) throw errors.NOT_FOUND();
        const customer = { ...old, ...input.changes, version: old.version + 1 };
        customers[at] = customer;
        for (const [callId, { card }] of calls)
          if (card.customer?.customerId === input.customerId) changeCard(callId, { customer });
      }),
    },
    sync: {
      parked: os.sync.parked.handler(() => ({ mutations: [...parked] })),
      mend: os.sync.mend.handler(({ input }) => {
        parked.splice(
          parked.findIndex((one) => one.mutationId === input.mutationId),
          1,
        );
        sync = { ...sync, refused: parked.length, waiting: sync.waiting + 1 };
        tell.sync();
      }),
    },
    preflight: {
      run: os.preflight.run.handler(() => {
        preflight = { ...noPreflight, state: 'running', startedAt: new Date().toISOString() };
        tell.preflight();
      }),
    },
    settings: {
      read: os.settings.read.handler(() => settings),
      write: os.settings.write.handler(({ input }) => {
        settings.language = input.language ?? settings.language;
        settings.theme = input.theme ?? settings.theme;
      }),
      wishAudio: os.settings.wishAudio.handler(({ input }) => {
        audio = { ...audio, wishes: input };
        tell.audio();
      }),
    },
    debug: {
      media: os.debug.media.handler(async function* ({ signal }) {
        const page = eventLine<{ calls: MediaReport[] }>(signal);
        mediaPages.add(page);
        page.push({ calls: [...media] });
        try {
          yield* page.events();
        } finally {
          mediaPages.delete(page);
        }
      }),
      report: os.debug.report.handler(() => ({ text: 'Centrala 0.1.0\nline registered' })),
      sip: os.debug.sip.handler(async function* ({ signal }) {
        const ladder = eventLine<SipMessage>(signal);
        ladders.add(ladder);
        for (const message of sipLog) ladder.push(message);
        try {
          yield* ladder.events();
        } finally {
          ladders.delete(ladder);
        }
      }),
    },
  });
  const handler = new RPCHandler(router);

  const fake: FakeDesk = {
    down: false,
    commands,
    customers,
    parked,
    connect: async () => {
      if (fake.down) throw new Error('desk main is down');
      const { port1, port2 } = new MessageChannel();
      handler.upgrade(port1);
      port1.start();
      ports.add(port1);
      return connectionOver(port2);
    },
    callOf: (callId) => entryOf(callId).call,
    setSession: (changes) => {
      session = { ...session, ...changes };
      tell.session();
    },
    setLine: (changes) => {
      line = { ...line, ...changes };
      tell.line();
    },
    setSync: (changes) => {
      sync = { ...sync, ...changes };
      tell.sync();
    },
    setOperator,
    setAudio: (changes) => {
      audio = { ...audio, ...changes };
      tell.audio();
    },
    setHistory: (entries) => {
      history = entries;
      tell.history();
    },
    setPreflight: (changes) => {
      preflight = { ...preflight, ...changes };
      tell.preflight();
    },
    setLights: (changes) => {
      lights = { ...lights, ...changes };
      tell.lights();
    },
    wishToDial: (written) => {
      wish = { id: crypto.randomUUID(), written };
      tell.wish();
    },
    media: (reports) => {
      media = reports;
      for (const page of mediaPages) page.push({ calls: [...reports] });
    },
    setCall: (call, card) => {
      calls.set(call.callId, { call, card: card ?? calls.get(call.callId)?.card ?? emptyCard() });
      tell.call(call.callId);
    },
    changeCall,
    changeCard,
    hangUpThere: (callId) =>
      end(callId, entryOf(callId).call.answeredAt === null ? 'missed' : 'hung-up-there'),
    gone,
    level: (callId, out, into, spoken = out) =>
      emit({ type: 'level', revision: ++revision, callId, out, in: into, spoken }),
    emit,
    sip: (message) => {
      sipLog.push(message);
      for (const ladder of ladders) ladder.push(message);
    },
    refuseNext: (name, code, data) => void refusals.set(name, { code, data }),
    holdNext: (name) => {
      let release = () => {};
      held.set(name, new Promise((resolve) => (release = resolve)));
      return () => release();
    },
    swallowNext: (name) => void swallowed.add(name),
    breakLinks: () => {
      for (const port of ports) port.close();
      ports.clear();
    },
    [Symbol.dispose]: () => fake.breakLinks(),
  };
  return fake;
}

function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
