/** The rooms of the desk joined: who is told when something changes elsewhere. */
import type { CallDesk } from './calls/call-desk.ts';
import type { Host } from './host.ts';
import type { LocalBase } from './local-base.ts';
import type { DialWishes } from './pages/dial-wishes.ts';
import { popNotice } from './pages/pop-notice.ts';
import type { SnapshotHub } from './pages/snapshot-hub.ts';
import type { PreflightRoom } from './preflight/preflight.ts';
import type { QualityMeter } from './quality/quality-meter.ts';
import type { PreferenceFile } from './settings/preferences.ts';
import type { Settings } from './settings/settings.ts';
import type { SipLine } from './telephony/sip-line.ts';
import type { VoiceLink } from './voice/voice-link.ts';

/** Everything the desk is made of, for those who join its rooms and for what pages may ask. */
export interface Rooms {
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

/** Dispose of all, in any order, before the rooms themselves. */
export function joinRooms(rooms: Rooms): readonly Disposable[] {
  return [
    ...showFacts(rooms),
    ...keepHistory(rooms),
    ...followPreflight(rooms),
    ...followSession(rooms),
    ...keepCardsFresh(rooms),
  ];
}

/** Every fact a page shows, now and whenever it changes. */
function showFacts({ host, base, voice, line, calls, hub }: Rooms): readonly Disposable[] {
  hub.publish({ type: 'session', session: base.session.snapshot });
  hub.publish({ type: 'line', line: line.state });
  hub.publish({ type: 'sync', sync: base.sync.state });
  hub.publish({ type: 'operator', operator: calls.operator });
  hub.publish({ type: 'audio', audio: voice.audio });
  hub.publish({ type: 'lights', lights: line.lights });
  return [
    base.session.onChange((session) => hub.publish({ type: 'session', session })),
    line.onState((state) => hub.publish({ type: 'line', line: state })),
    base.sync.onChange((sync) => hub.publish({ type: 'sync', sync })),
    line.onLights((lights) => hub.publish({ type: 'lights', lights })),
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
      if ('gone' in snapshot) return base.handed.callGone(snapshot.gone);
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
