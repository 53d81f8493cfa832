/** The desk contract served: who may, which room, and errors as the contract names them. Nothing is decided here. */
import { implement, ORPCError } from '@orpc/server';
import {
  deskContract,
  type MediaReport,
  type ParkedMutation,
  type SipMessage,
} from '#shared/contract/desk.ts';
import type { AudioWishes } from '#shared/contract/voice.ts';
import type { Customer, CustomerFields } from '#shared/model/customer.ts';
import type { Draft } from '#shared/model/draft.ts';
import type { Json } from '#shared/model/json.ts';
import type { Language } from '#shared/model/language.ts';
import type { TimelineEntry } from '#shared/model/timeline.ts';
import type { CallDesk } from '../calls/call-desk.ts';
import type { Log } from '../log.ts';
import { contractError } from './contract-error.ts';
import type { SnapshotHub } from './snapshot-hub.ts';

/** What the router asks of the rooms; desk.ts hands it over. */
export interface DeskServices {
  readonly log: Log;
  readonly hub: SnapshotHub;
  /** Whether anybody is signed in at all. */
  signedIn(): boolean;
  readonly session: {
    chooseServer(server: string): Promise<void>;
    signIn(username: string, password: string, ready: boolean): Promise<void>;
    signOut(): void;
  };
  readonly line: { tryNow(): void };
  readonly operator: Pick<CallDesk, 'ready' | 'notReady'>;
  readonly calls: Pick<
    CallDesk,
    | 'dial'
    | 'answer'
    | 'reject'
    | 'hangUp'
    | 'mute'
    | 'hold'
    | 'sendDtmf'
    | 'transfer'
    | 'consult'
    | 'swap'
    | 'completeTransfer'
    | 'conference'
    | 'split'
    | 'callBack'
    | 'redial'
    | 'chooseCustomer'
    | 'chooseProject'
    | 'saveDraft'
    | 'finish'
  > & {
    /** The order's id. */
    placeOrder(callId: string, draft: Draft): string;
  };
  /** Errors: CallDeskError NOT_FOUND. */
  readonly history: { closeTask(callId: string): void };
  readonly dialWishes: { seen(wishId: string): void };
  /** Settles when the checks have begun. Errors: CallDeskError WRONG_STATE in a call. */
  readonly preflight: { run(): void | Promise<void> };
  readonly customers: {
    search(text: string, limit: number): readonly Customer[];
    open(customerId: string): { customer: Customer; timeline: readonly TimelineEntry[] } | null;
    create(fields: CustomerFields, callId: string | null): string;
    edit(customerId: string, baseVersion: number, changes: Partial<CustomerFields>): void;
  };
  readonly sync: {
    parked(): readonly ParkedMutation[];
    mend(mutationId: string, args: Json | null): void;
  };
  readonly settings: {
    read(): {
      language: Language;
      theme: 'auto' | 'light' | 'dark';
      keyKeptIn: 'keychain' | 'file';
    };
    write(changes: { language?: Language; theme?: 'auto' | 'light' | 'dark' }): void;
    wishAudio(wishes: AudioWishes): void;
  };
  readonly debug: {
    sip(signal: AbortSignal | undefined): AsyncGenerator<SipMessage, void>;
    /** Once a second. */
    media(signal: AbortSignal | undefined): AsyncGenerator<{ calls: MediaReport[] }, void>;
    /** Without numbers, names and secrets. */
    report(): string | Promise<string>;
  };
}

export type DeskRouter = ReturnType<typeof createDeskRouter>;

export function createDeskRouter(services: DeskServices) {
  const os = implement(deskContract).use(async ({ next, path }) => {
    try {
      return await next();
    } catch (error) {
      const told = contractError(error);
      if (!(told instanceof ORPCError))
        services.log.error({ path: path.join('.'), error }, 'a command failed');
      throw told;
    }
  });
  const member = os.use(({ next }) => {
    if (!services.signedIn()) throw new ORPCError('NOT_ALLOWED');
    return next();
  });
  const { session, operator, calls, customers, sync, settings, debug } = services;

  return os.router({
    watch: os.watch.handler(({ signal }) => services.hub.stream(signal)),
    session: {
      chooseServer: os.session.chooseServer.handler(({ input }) =>
        session.chooseServer(input.server),
      ),
      signIn: os.session.signIn.handler(({ input }) =>
        session.signIn(input.username, input.password, input.ready),
      ),
      signOut: member.session.signOut.handler(() => session.signOut()),
    },
    operator: {
      ready: member.operator.ready.handler(() => operator.ready()),
      notReady: member.operator.notReady.handler(({ input }) => operator.notReady(input.reason)),
    },
    calls: {
      dial: member.calls.dial.handler(async ({ input }) => ({
        callId: await calls.dial(input.number, input.projectId, input.customerId),
      })),
      answer: member.calls.answer.handler(({ input }) => calls.answer(input.callId)),
      reject: member.calls.reject.handler(({ input }) => calls.reject(input.callId, input.reason)),
      hangUp: member.calls.hangUp.handler(({ input }) => calls.hangUp(input.callId)),
      mute: member.calls.mute.handler(({ input }) => calls.mute(input.callId, input.muted)),
      hold: member.calls.hold.handler(({ input }) => calls.hold(input.callId, input.held)),
      sendDtmf: member.calls.sendDtmf.handler(({ input }) =>
        calls.sendDtmf(input.callId, input.tones),
      ),
      transfer: member.calls.transfer.handler(({ input }) =>
        calls.transfer(input.callId, input.to),
      ),
      consult: member.calls.consult.handler(async ({ input }) => ({
        callId: await calls.consult(input.callId, input.to),
      })),
      swap: member.calls.swap.handler(({ input }) => calls.swap(input.callId)),
      completeTransfer: member.calls.completeTransfer.handler(({ input }) =>
        calls.completeTransfer(input.callId),
      ),
      conference: member.calls.conference.handler(({ input }) => calls.conference(input.callIds)),
      split: member.calls.split.handler(({ input }) => calls.split(input.callId)),
      callBack: member.calls.callBack.handler(async ({ input }) => ({
        callId: await calls.callBack(input.callId),
      })),
      redial: member.calls.redial.handler(async () => ({ callId: await calls.redial() })),
      closeTask: member.calls.closeTask.handler(({ input }) =>
        services.history.closeTask(input.callId),
      ),
      dialWishSeen: member.calls.dialWishSeen.handler(({ input }) =>
        services.dialWishes.seen(input.id),
      ),
      chooseCustomer: member.calls.chooseCustomer.handler(({ input }) =>
        calls.chooseCustomer(input.callId, input.customerId),
      ),
      chooseProject: member.calls.chooseProject.handler(({ input }) =>
        calls.chooseProject(input.callId, input.projectId),
      ),
      saveDraft: member.calls.saveDraft.handler(({ input }) =>
        calls.saveDraft(input.callId, input.draft),
      ),
      placeOrder: member.calls.placeOrder.handler(({ input }) => ({
        orderId: calls.placeOrder(input.callId, input.draft),
      })),
      finish: member.calls.finish.handler(({ input }) =>
        calls.finish(input.callId, input.outcome, input.reason, input.note),
      ),
    },
    customers: {
      search: member.customers.search.handler(({ input }) => ({
        customers: [...customers.search(input.text, input.limit)],
      })),
      open: member.customers.open.handler(({ input }) => {
        const found = customers.open(input.customerId);
        if (!found) throw new ORPCError('NOT_FOUND');
        return { customer: found.customer, timeline: [...found.timeline] };
      }),
      create: member.customers.create.handler(({ input }) => ({
        customerId: customers.create(input.fields, input.callId),
      })),
      edit: member.customers.edit.handler(({ input }) =>
        customers.edit(input.customerId, input.baseVersion, input.changes),
      ),
    },
    sync: {
      parked: member.sync.parked.handler(() => ({ mutations: [...sync.parked()] })),
      mend: member.sync.mend.handler(({ input }) => sync.mend(input.mutationId, input.args)),
    },
    line: { tryNow: member.line.tryNow.handler(() => services.line.tryNow()) },
    preflight: { run: member.preflight.run.handler(() => services.preflight.run()) },
    settings: {
      read: os.settings.read.handler(() => settings.read()),
      write: os.settings.write.handler(({ input }) => settings.write(input)),
      wishAudio: os.settings.wishAudio.handler(({ input }) => settings.wishAudio(input)),
    },
    debug: {
      sip: member.debug.sip.handler(({ signal }) => debug.sip(signal)),
      media: member.debug.media.handler(({ signal }) => debug.media(signal)),
      report: member.debug.report.handler(async () => ({ text: await debug.report() })),
    },
  });
}
