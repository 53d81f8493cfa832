/** What pages may ask of the desk, carried out by its rooms. */
import type { CallDesk } from './calls/call-desk.ts';
import { CallDeskError } from './calls/call-desk-error.ts';
import type { Rooms } from './desk-rooms.ts';
import type { LocalBase } from './local-base.ts';
import { logTail } from './logging/log-tail.ts';
import { orderFacts } from './orders/order-base.ts';
import type { DeskServices } from './pages/desk-router.ts';
import { sipStream } from './pages/sip-stream.ts';
import { readyAfterSignIn } from './ready-after-sign-in.ts';
import { debugReport } from './report/debug-report.ts';
import { versions } from './report/versions.ts';
import { withKnownDevices } from './voice/known-devices.ts';

export function deskServices(rooms: Rooms): DeskServices {
  const { host, base, voice, line, calls, hub, preferences, quality, dialWishes, preflight } =
    rooms;
  return {
    log: host.log,
    hub,
    signedIn: () => base.session.operator() !== null,
    session: {
      chooseServer: (server) => {
        refuseInCall(calls);
        return base.session.chooseServer(server);
      },
      signIn: async (username, password, ready) => {
        // The same person may sign in again in a call; anybody else would end it.
        if (username !== base.session.snapshot.username) refuseInCall(calls);
        await base.session.signIn(username, password);
        if (ready) readyAfterSignIn(rooms);
      },
      signOut: () => {
        refuseInCall(calls);
        base.session.signOut();
      },
    },
    line: { tryNow: () => line.probe() },
    operator: calls,
    calls: { ...calls, placeOrder: (callId, draft) => placeOrder(base, calls, callId, draft) },
    customers: {
      search: (text, limit) => base.customers.search(text, limit),
      open: (customerId) => {
        const customer = base.customers.byId(customerId);
        return customer && { customer, timeline: base.customers.timeline(customerId) };
      },
      create: (fields, callId) => {
        const { customerId } = base.customers.create(fields);
        if (callId !== null) calls.chooseCustomer(callId, customerId);
        return customerId;
      },
      edit: (customerId, baseVersion, changes) => {
        if (!base.customers.edit(customerId, baseVersion, changes)) throw notFound('customer');
        calls.refreshCards();
      },
    },
    sync: {
      parked: () => base.outbox.parked(),
      mend: (mutationId, args) => {
        if (!base.outbox.mend(mutationId, args)) throw notFound('mutation');
        base.sync.now();
      },
    },
    settings: {
      read: () => ({ ...preferences.read(), keyKeptIn: host.secrets.keptIn }),
      write: (changes) => preferences.write(changes),
      wishAudio: (wished) => {
        const audio = withKnownDevices(wished, voice.audio);
        preferences.write({ audio });
        voice.wish(audio);
      },
    },
    history: {
      closeTask: (callId) => {
        if (!base.history.closeTask(callId)) throw notFound('call');
      },
    },
    dialWishes,
    preflight: {
      run: () => {
        refuseInCall(calls);
        preflight.run();
      },
    },
    debug: {
      sip: (signal) => sipStream(line.sip, signal),
      media: (signal) => quality.media(signal),
      report: () => reportOf(rooms),
    },
  };
}

/** Gathered as it is now; what of it may leave the house is the report's own rule. */
async function reportOf(rooms: Rooms): Promise<string> {
  const { host, base, voice, line, quality, preferences, preflight, settings } = rooms;
  const { language, theme, audio } = preferences.read();
  return debugReport({
    at: new Date(host.clock.now()).toISOString(),
    host: host.name,
    versions: versions(),
    settings: {
      language,
      theme,
      ringVolume: audio.ringVolume,
      logLevel: settings.logLevel,
      certificates: settings.certificates.length,
      keyKeptIn: host.secrets.keptIn,
    },
    line: line.state,
    account: base.session.lineAccount(),
    sip: line.sip.recordedSip(),
    media: await quality.mediaNow(),
    audio: voice.audio,
    sync: base.sync.state,
    preflight: preflight.state,
    log: logTail(host.dataFolder, 200),
    isPersonal: base.personalWords(),
  });
}

/** The draft is kept first: whatever refuses the order, nothing typed is lost. */
function placeOrder(
  base: LocalBase,
  calls: CallDesk,
  callId: string,
  draft: Parameters<CallDesk['saveDraft']>[1],
): string {
  calls.saveDraft(callId, draft);
  const card = calls.currentCard(callId);
  const facts = card && orderFacts(card);
  if (!card || !facts) throw notFound('project or form');
  const placed = base.orders.place(callId, draft, facts);
  calls.replaceCard(callId, { ...card, draft, orders: [...base.orders.ofCall(callId)] });
  return placed.order.orderId;
}

function refuseInCall(calls: CallDesk): void {
  if (calls.busy) throw new CallDeskError('WRONG_STATE', 'a call is up', 'busy');
}

function notFound(what: string): CallDeskError {
  return new CallDeskError('NOT_FOUND', `there is no such ${what}`);
}
