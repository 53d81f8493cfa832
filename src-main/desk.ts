/** createDesk(host): builds every service once, by hand, in order, and joins what must know of each other. */
import { createCallDesk } from './calls/call-desk.ts';
import { joinRooms, type Rooms } from './desk-rooms.ts';
import { deskServices } from './desk-services.ts';
import { createHeadset } from './headset/headset.ts';
import type { Host } from './host.ts';
import { openLocalBase } from './local-base.ts';
import { createDialWishes } from './pages/dial-wishes.ts';
import { createDeskRouter, type DeskRouter } from './pages/desk-router.ts';
import { preflightChecksOf } from './preflight/checks.ts';
import { createPreflight } from './preflight/preflight.ts';
import { createQualityMeter } from './quality/quality-meter.ts';
import { createSnapshotHub } from './pages/snapshot-hub.ts';
import { openPreferences } from './settings/preferences.ts';
import type { Settings } from './settings/settings.ts';
import { readCertificates, trustCertificates } from './settings/trust-certificates.ts';
import { createSipLine } from './telephony/sip-line.ts';
import { createVoiceLink } from './voice/voice-link.ts';

export interface Desk extends AsyncDisposable {
  /** What pages may call; hosts put it on their wires. */
  readonly router: DeskRouter;
  /** A call is up, or comes back after a restart. */
  readonly busy: boolean;
}

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
  const region = (): string => base.session.snapshot.numberPlan.region;
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
    outsidePrefix: () => base.session.snapshot.numberPlan.outsidePrefix,
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
  const joined = [dialWishes, ...joinRooms(rooms), createHeadset({ voice, calls, log })];
  base.session.resume();

  return {
    router: createDeskRouter(deskServices(rooms)),
    get busy() {
      return calls.busy;
    },
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
