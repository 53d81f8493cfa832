/** createDesk(host): builds every service once, by hand, in order, and joins what must know of each other. */
import { createCallDesk, type CallDesk } from './calls/call-desk.ts';
import { CallDeskError } from './calls/call-desk-error.ts';
import { createHeadset } from './headset/headset.ts';
import type { Host } from './host.ts';
import { openLocalBase, type LocalBase } from './local-base.ts';
import { orderFacts } from './orders/order-base.ts';
import { createDialWishes, type DialWishes } from './pages/dial-wishes.ts';
import { createDeskRouter, type DeskRouter, type DeskServices } from './pages/desk-router.ts';
import { logTail } from './logging/log-tail.ts';
import { popNotice } from './pages/pop-notice.ts';
import { sipStream } from './pages/sip-stream.ts';
import { preflightChecksOf } from './preflight/checks.ts';
import { createPreflight, type PreflightRoom } from './preflight/preflight.ts';
import { createQualityMeter, type QualityMeter } from './quality/quality-meter.ts';
import { debugReport } from './report/debug-report.ts';
import { versions } from './report/versions.ts';
import { createSnapshotHub, type SnapshotHub } from './pages/snapshot-hub.ts';
import { openPreferences, type PreferenceFile } from './settings/preferences.ts';
import type { Settings } from './settings/settings.ts';
import { readCertificates, trustCertificates } from './settings/trust-certificates.ts';
import { createSipLine, type SipLine } from './telephony/sip-line.ts';
import { createVoiceLink, type VoiceLink } from './voice/voice-link.ts';

export interface Desk extends AsyncDisposable {
  /** What pages may call; hosts put it on their wires. */
  readonly router: DeskRouter;
}

interface Rooms {
  readonly host: Host;
  readonly base: LocalBase;
  readonly voice: VoiceLink;
  readonly line: SipLine;
  readonly calls: CallDesk;
  readonly hub: SnapshotHub;
  readonly preferences: PreferenceFile;
  readonly quality: QualityMeter;
  readonly dialWishes: DialWishes;
  readonly preflight: PreflightRoom;
  readonly settings: Settings;
}

/** Numbers without a country code are read as Slovenian until a project says otherwise. */
const usualRegion = 'SI';

/** Errors: StoreError, SettingsError. */
export async function createDesk(host: Host, settings: Settings): Promise<Desk> {
  const { clock, log } = host;
  const certificates = readCertificates(settings.certificates);
  trustCertificates(certificates);
  const hub = createSnapshotHub();
  const preferences = openPreferences(host.dataFolder, log);
  let busy = (): boolean => false;
  const base = await openLocalBase(host, () => busy());
  const voice = createVoiceLink({
    onVoicePage: (arrived) => host.onVoicePage(arrived),
    clock,
    log,
    wishes: preferences.read().audio,
  });
  const region = (): string => base.session.snapshot.projects[0]?.region ?? usualRegion;
  const line = createSipLine({
    voice,
    clock,
    log,
    extraCa: certificates,
    userAgent: 'Centrala',
    instanceId: base.deskId,
    region,
  });
  const calls = createCallDesk({
    line,
    cards: base.cards,
    journal: base.journal,
    past: base.history,
    ringer: voice,
    clock,
    log,
    region,
    outsidePrefix: () => base.session.lineAccount()?.outsidePrefix ?? '',
    operatorChanged: (operator) => hub.publish({ type: 'operator', operator }),
  });
  busy = () => calls.busy;
  const quality = createQualityMeter({
    voice,
    clock,
    log,
    measured: (callId, now) => calls.measured(callId, now),
  });
  const dialWishes = createDialWishes(host, hub);
  const preflight = createPreflight({
    checks: preflightChecksOf({ voice, line, sync: base.sync, base: base.health, clock }),
    clock,
    log,
    passed: (stamp) => base.stampAttendance(stamp),
  });
  const rooms: Rooms = {
    host,
    base,
    voice,
    line,
    calls,
    hub,
    preferences,
    quality,
    dialWishes,
    preflight,
    settings,
  };
  const joined = [
    dialWishes,
    ...showFacts(rooms),
    ...keepHistory(rooms),
    ...followPreflight(rooms),
    ...followSession(rooms),
    ...keepCardsFresh(rooms),
    createHeadset({ voice, calls, log }),
  ];
  base.session.resume();

  return {
    router: createDeskRouter(services(rooms)),
    async [Symbol.asyncDispose]() {
      for (const one of joined) one[Symbol.dispose]();
      await line.close();
      line[Symbol.dispose]();
      preflight[Symbol.dispose]();
      quality[Symbol.dispose]();
      calls[Symbol.dispose]();
      voice[Symbol.dispose]();
      await base[Symbol.asyncDispose]();
    },
  };
}

/** Every fact a page shows, now and whenever it changes. */
function showFacts({ host, base, voice, line, calls, hub }: Rooms): readonly Disposable[] {
  hub.publish({ type: 'session', session: base.session.snapshot });
  hub.publish({ type: 'line', line: line.state });
  hub.publish({ type: 'sync', sync: base.sync.state });
  hub.publish({ type: 'operator', operator: calls.operator });
  hub.publish({ type: 'audio', audio: voice.audio });
  return [
    base.session.onChange((session) => hub.publish({ type: 'session', session })),
    line.onState((state) => hub.publish({ type: 'line', line: state })),
    base.sync.onChange((sync) => hub.publish({ type: 'sync', sync })),
    voice.onAudio((audio) => hub.publish({ type: 'audio', audio })),
    voice.onLevel((level) => hub.publish(level)),
    calls.onCall((snapshot) => {
      if ('gone' in snapshot) hub.publish({ type: 'call.gone', callId: snapshot.gone });
      else hub.publish({ type: 'call', call: snapshot.call, card: snapshot.card });
      host.showPop(popNotice(calls.snapshots(), base.operatorName() ?? ''));
    }),
  ];
}

/** Each call is measured while it goes on, and written down in the step in which it ends. */
function keepHistory({ host, base, calls, hub, quality }: Rooms): readonly Disposable[] {
  const show = (): void => {
    const { entries, missed } = base.history.shown();
    hub.publish({ type: 'history', entries: [...entries], missed });
  };
  let userId: string | null = null;
  show();
  return [
    base.history.onChange(show),
    base.session.onChange(() => {
      const now = base.session.operator()?.userId ?? null;
      if (now === userId) return;
      userId = now;
      show();
    }),
    calls.onCall((snapshot) => {
      if ('gone' in snapshot) return base.handed.callEnded(snapshot.gone);
      const { call, card } = snapshot;
      const whole = quality.follow(call);
      if (call.phase !== 'ended') return;
      base.handed.callEnded(call.callId);
      try {
        base.history.ended(call, card, whole);
      } catch (error) {
        // The call itself is over and told; what cannot be written is only missing in the list.
        host.log.error({ callId: call.callId, error }, 'a call is not in the history');
      }
    }),
  ];
}

/** The check before the shift is one person's, and a customer's call goes before it. */
function followPreflight({ base, calls, hub, preflight }: Rooms): readonly Disposable[] {
  let userId: string | null = null;
  hub.publish({ type: 'preflight', preflight: preflight.state });
  return [
    preflight.onChange((state) => hub.publish({ type: 'preflight', preflight: state })),
    base.session.onChange(() => {
      const now = base.session.operator()?.userId ?? null;
      if (now !== userId) preflight.forget();
      userId = now;
    }),
    calls.onCall(() => {
      if (calls.busy) preflight.callCame();
    }),
  ];
}

/** Who is signed in decides whose calls are taken and which line is registered. */
function followSession({ host, base, line, calls }: Rooms): readonly Disposable[] {
  let userId: string | null = null;
  let account = '';
  let later: Disposable | null = null;
  const follow = (): void => {
    later = null;
    const operator = base.session.operator();
    if ((operator?.userId ?? null) !== userId) {
      if (userId !== null) calls.signedOut();
      userId = operator?.userId ?? null;
      if (operator) calls.signedIn(operator);
    }
    const wanted = base.session.lineAccount();
    const text = JSON.stringify(wanted);
    if (text === account) return;
    // Another account (new TURN credentials, a new secret) must not cost the call that is up.
    if (wanted && line.state.phase !== 'idle' && calls.busy) return;
    account = text;
    const done = wanted ? line.open(wanted) : line.close();
    done.catch((error: unknown) => host.log.warn({ error }, 'the line did not open or close'));
  };
  follow();
  return [
    base.session.onChange(follow),
    // In a step of its own: the call that ended is still telling who listens.
    calls.onCall(() => (later ??= host.clock.after(0, follow))),
    { [Symbol.dispose]: () => later?.[Symbol.dispose]() },
    host.onWake(() => {
      line.probe();
      base.sync.now();
    }),
  ];
}

/** An order that reached the server, a project that changed, a customer that was pulled: the open cards show it. */
function keepCardsFresh({ base, calls }: Rooms): readonly Disposable[] {
  const refresh = (): void => calls.refreshCards();
  return [
    base.outbox.onChange(refresh),
    base.projects.onChange(refresh),
    base.sync.onPulled(refresh),
  ];
}

function services(rooms: Rooms): DeskServices {
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
        if (ready) readyWhenRegistered(line, calls);
      },
      signOut: () => {
        refuseInCall(calls);
        base.session.signOut();
      },
    },
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
      wishAudio: (audio) => {
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
  const { host, base, voice, line, quality, preferences, settings } = rooms;
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
    log: logTail(host.dataFolder, 200),
    isPersonal: base.personalWords(),
  });
}

/** The person chose it while signing in; whatever the person chooses meanwhile counts more. */
function readyWhenRegistered(line: SipLine, calls: CallDesk): void {
  const waiting = line.onState(({ phase }) => {
    const unchanged = calls.operator.reason === 'signed-in';
    if (unchanged && phase === 'registered') calls.ready();
    if (!unchanged || phase === 'registered' || phase === 'idle') waiting[Symbol.dispose]();
  });
  if (line.state.phase !== 'registered') return;
  waiting[Symbol.dispose]();
  calls.ready();
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
