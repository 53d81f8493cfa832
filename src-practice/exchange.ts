/** The practice exchange: a small SIP exchange on loopback with simulated customers who speak. */
import { fileURLToPath } from 'node:url';
import { resolveTarget } from './calls/target.ts';
import { refuseTarget, startDeskCall } from './calls/desk-call.ts';
import type { OpenCall } from './calls/desk-call.ts';
import { startInsideCall } from './calls/inside-call.ts';
import { takeOver } from './calls/replaces.ts';
import { secondsBetween } from './calls/switchboard.ts';
import type { CallView, Switchboard, Timing } from './calls/switchboard.ts';
import { referDesk } from './calls/transfer.ts';
import type { PracticeCentre } from './centre.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import type { Conversation } from './customers/conversation.ts';
import type { Talker } from './customers/talker.ts';
import { usualTurns } from './customers/turn-taking.ts';
import type { Log } from './log.ts';
import { openPrompts } from './media/prompts.ts';
import { createQueues } from './queue/queues.ts';
import { createRegistrar } from './registrar.ts';
import { createDigestGate, digestAlgorithms } from './sip/digest.ts';
import type { DigestAlgorithm } from './sip/digest.ts';
import { dialogKeyOf } from './sip/dialog.ts';
import { openFlowServer } from './sip/flow.ts';
import type { Flow, FlowServer } from './sip/flow.ts';
import type { Leg } from './sip/leg.ts';
import { headerField, headerFields } from './sip/message.ts';
import type { ServerTransaction } from './sip/server-transaction.ts';
import { allowedMethods, supportedExtensions } from './sip/status.ts';
import { createUserAgent } from './sip/user-agent.ts';
import { parseNameAddr, userOf } from './sip/values.ts';
import { createSubscriptions } from './subscriptions.ts';

export interface ExchangeOptions extends PracticeCentre {
  /** A loopback address. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly log: Log;
  readonly clock?: Clock;
  /** 0 (included) to 1, as Math.random. */
  readonly random?: () => number;
  readonly timing?: Partial<Timing>;
  /** What digest offers, in order; both by default. */
  readonly algorithms?: readonly DigestAlgorithm[];
  /** Folder of the prompts; ours by default. */
  readonly prompts?: string;
  /** A line's places have changed: it has registered, moved or gone. */
  readonly registered?: (extension: string, reachable: boolean) => void;
  /** A call is gone. */
  readonly ended?: (call: CallView) => void;
}

interface RingOptions {
  /** Name of the queue. */
  readonly queue: string;
  /** E.164; null: withheld; left out: the first customer's. */
  readonly number?: string | null;
  readonly language?: 'sl' | 'en';
  /** Seconds the caller waits for an answer. */
  readonly patience?: number;
  readonly conversation?: Conversation;
  /** Who speaks instead of a customer who converses. */
  readonly talker?: Talker;
}

export interface Exchange {
  /** ws://host:port/ws */
  readonly address: string;
  /** A customer calls a queue; the call's id. Throws where there is no such queue. */
  ring(call: RingOptions): string;
  /** The customer of that call hangs up, or gives up waiting. */
  hangUp(callId: string): void;
  /** Calls that are not over. */
  calls(): readonly CallView[];
  reachable(extension: string): boolean;
  /** Cuts every socket and goes on: what a failing network does. */
  drop(): void;
  /** Ends all calls (BYE, CANCEL), waits for the answers (1 s at most), closes the port. */
  close(): Promise<void>;
}

const usualTiming: Timing = {
  ring: 20,
  retry: 5,
  patience: [90, 180],
  answer: [2, 4],
  lost: 35,
  nonce: 300,
  turns: usualTurns,
};

const ourPrompts = fileURLToPath(new URL('../assets/prompts', import.meta.url));

/** @throws the system's error where the port cannot be had. */
export async function createExchange(options: ExchangeOptions): Promise<Exchange> {
  const { log, random = Math.random, clock = systemClock() } = options;
  const timing: Timing = { ...usualTiming, ...options.timing };
  const legs = new Map<string, Leg>();
  const open = new Map<string, OpenCall>();
  const engagements = new Map<string, number>();
  let count = 0;
  let closing = false;
  const newId = (): string => {
    count += 1;
    return `call-${count}`;
  };
  const lineOfUser = (sipUser: string) => options.lines.find((line) => line.sipUser === sipUser);
  const lineOf = (extension: string) => options.lines.find((line) => line.extension === extension);

  const server: FlowServer = await openFlowServer(
    { host: options.host, port: options.port, log },
    { received: (flow, text) => agent.receive(flow, text), closed: (flow) => flowClosed(flow) },
  );
  const sentBy = `${server.host}:${server.port}`;
  const agent = createUserAgent({ sentBy, clock, log, take });
  const gate = createDigestGate({
    realm: options.domain,
    clock,
    nonceSeconds: timing.nonce,
    algorithms: options.algorithms ?? digestAlgorithms,
    secretOf: (user) => lineOfUser(user)?.secret ?? null,
  });
  const registrar = createRegistrar({
    clock,
    log,
    changed(sipUser) {
      const line = lineOfUser(sipUser);
      if (!line || closing) return;
      options.registered?.(line.extension, registrar.bindingOf(sipUser) !== null);
      subscriptions.changed(line.extension);
      queues.look();
    },
  });
  const board: Switchboard = {
    agent,
    clock,
    log,
    random,
    timing,
    centre: options,
    prompts: openPrompts(options.prompts ?? ourPrompts),
    contact: `<sip:practice@${sentBy};transport=ws>`,
    bindingOf(extension) {
      const line = lineOf(extension);
      return line ? registrar.bindingOf(line.sipUser) : null;
    },
    connect: (leg) => void legs.set(leg.dialog.key, leg),
    disconnect: (leg) => void legs.delete(leg.dialog.key),
    engage(extension) {
      engagements.set(extension, (engagements.get(extension) ?? 0) + 1);
      subscriptions.changed(extension);
      let on = true;
      return {
        [Symbol.dispose]() {
          if (!on) return;
          on = false;
          engagements.set(extension, (engagements.get(extension) ?? 1) - 1);
          subscriptions.changed(extension);
          // Whatever call it was that kept the line: a customer may wait for it.
          queues.look();
        },
      };
    },
    engaged: (extension) => (engagements.get(extension) ?? 0) > 0,
    sides: new Map(),
    refer: (side, transaction) => referDesk(board, side, transaction),
    keep,
  };
  const subscriptions = createSubscriptions({
    agent,
    clock,
    contact: board.contact,
    domain: options.domain,
    stateOf(user) {
      const line = lineOf(user) ?? lineOfUser(user);
      if (!line) return null;
      const { extension, sipUser } = line;
      const reachable = registrar.bindingOf(sipUser) !== null;
      return { extension, reachable, engaged: board.engaged(extension) };
    },
  });
  const queues = createQueues(board, (call) => options.ended?.(call.view));

  /** A call that is not over is in `open`. */
  function keep(start: (id: string, over: () => void) => OpenCall | null): void {
    const id = newId();
    let call: OpenCall | null = null;
    let gone = false;
    const told = (): void => {
      if (call) options.ended?.(call.view);
      queues.look();
    };
    call = start(id, () => {
      gone = true;
      open.delete(id);
      told();
    });
    if (call && gone) told();
    else if (call) open.set(id, call);
  }

  function flowClosed(flow: Flow): void {
    registrar.flowClosed(flow);
    agent.flowClosed(flow);
    queues.flowClosed(flow);
    for (const call of open.values()) call.flowClosed(flow);
  }

  function take(transaction: ServerTransaction): void {
    const { request } = transaction;
    const dialog = dialogKeyOf(request);
    if (dialog !== null && request.method !== 'REGISTER') {
      const leg = legs.get(dialog);
      if (leg) leg.take(transaction);
      else if (!subscriptions.take(dialog, transaction)) transaction.respond(481);
      return;
    }
    switch (request.method) {
      case 'REGISTER': {
        const user = admit(transaction, 'to');
        if (user !== null) registrar.register(transaction, user);
        return;
      }
      case 'INVITE': {
        const user = closing ? null : admit(transaction, 'from');
        if (closing) transaction.respond(503);
        if (user !== null) takeInvite(transaction, user);
        return;
      }
      case 'OPTIONS':
        transaction.respond(200, {
          headers: [
            ['Allow', allowedMethods.join(', ')],
            ['Accept', 'application/sdp'],
            ['Supported', supportedExtensions.join(', ')],
            ['Allow-Events', 'message-summary, dialog, refer'],
          ],
        });
        return;
      case 'SUBSCRIBE': {
        const user = closing ? null : admit(transaction, 'from');
        if (closing) transaction.respond(503);
        if (user !== null) subscriptions.subscribe(transaction);
        return;
      }
      case 'BYE':
      case 'INFO':
      case 'REFER':
      case 'NOTIFY':
      case 'UPDATE':
        // RFC 3261 §15.1.2: nothing without a dialog.
        transaction.respond(481);
        return;
      default:
        transaction.respond(405, { headers: [['Allow', allowedMethods.join(', ')]] });
    }
  }

  /** Digest, and that the line named in From or To is the caller's own. The SIP user, or null: refused already. */
  function admit(transaction: ServerTransaction, field: 'from' | 'to'): string | null {
    const { request } = transaction;
    const fields = headerFields(request, 'authorization');
    const verdict = gate.check({ method: request.method, uri: request.uri, fields });
    if (verdict.kind !== 'good') {
      if (fields.length > 0)
        log.info({ flow: transaction.flow.id, verdict: verdict.kind }, 'digest');
      transaction.respond(401, {
        headers: gate
          .challenges(verdict.kind === 'stale')
          .map((value) => ['WWW-Authenticate', value]),
      });
      return null;
    }
    const named = userOf(parseNameAddr(headerField(request, field) ?? '')?.uri ?? '');
    const line = lineOfUser(verdict.user);
    if (line && (named === line.sipUser || named === line.extension)) return line.sipUser;
    transaction.respond(403);
    return null;
  }

  function takeInvite(transaction: ServerTransaction, sipUser: string): void {
    const line = lineOfUser(sipUser);
    const replaces = headerField(transaction.request, 'replaces');
    if (line && replaces !== undefined) {
      takeOver(board, transaction, line.extension, replaces);
      return;
    }
    const target = resolveTarget(userOf(transaction.request.uri) ?? '', options);
    if (!line || refuseTarget(transaction, target)) return;
    transaction.respond(100);
    keep((id, over) => {
      log.info({ call: id, kind: target.kind }, 'a desk calls out');
      return target.kind === 'line'
        ? startInsideCall(
            board,
            { id, transaction, caller: line.extension, callee: target.extension },
            over,
          )
        : startDeskCall(board, { id, transaction, extension: line.extension, target }, over);
    });
  }

  return {
    address: server.address,
    ring(call) {
      const queue = options.queues.find(({ name }) => name === call.queue);
      if (!queue) throw new Error(`There is no queue ${call.queue}`);
      const number =
        call.number === undefined ? (options.customers[0]?.numbers[0] ?? null) : call.number;
      return queues.join(newId(), {
        queue,
        number,
        known: number !== null && options.customers.some(({ numbers }) => numbers.includes(number)),
        language: call.language ?? queue.language,
        patience: call.patience ?? secondsBetween(timing.patience, random),
        ...(call.conversation ? { conversation: call.conversation } : {}),
        ...(call.talker ? { talker: call.talker } : {}),
      }).id;
    },
    hangUp(callId) {
      queues
        .calls()
        .find(({ id }) => id === callId)
        ?.hangUp();
      open.get(callId)?.close();
    },
    calls: () => [...queues.calls(), ...open.values()].map(({ view }) => view),
    reachable: (extension) => board.bindingOf(extension) !== null,
    drop: () => server.drop(),
    async close() {
      if (closing) return;
      closing = true;
      queues.close();
      subscriptions.close();
      for (const call of open.values()) call.close();
      await agent.settled(1000);
      agent.close();
      await server.close();
    },
  };
}
