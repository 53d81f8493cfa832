/** The one line that says what is going on and what to do about it. Pure: the worst thing first, at most one. */
import { assertNever } from '#shared/assert-never.ts';
import { CertificateFault } from '#shared/model/line.ts';
import { cutOffCall, liveCall, type CallEntry, type DeskState } from '../state/desk-state.ts';
import { gearMissing } from '../state/gear-missing.ts';
import { partyName } from '../ui/party-name.ts';

/** By rank: what the customer suffers, then what only a person can mend, then what mends itself. */
export const happenings = [
  'link-lost',
  'ready-asked',
  'sound-restoring',
  'returning',
  'sound-lost',
  'line-lost-in-call',
  'interrupted',
  'broken-off',
  'certificate',
  'line-refused',
  'sound-elsewhere',
  'microphone-refused',
  'microphone-none',
  'line-lost',
  'sound-gone',
  'headset-missing',
  'ringer-missing',
  'headset-contested',
  'first-ring',
  'server-down',
  'loading',
] as const;
export type HappeningKind = (typeof happenings)[number];

export interface Happening {
  readonly kind: HappeningKind;
  /** What the text names (who, device, instead: empty where it has no name) and which text it is (why, line, microphone). */
  readonly values: Readonly<Record<string, string>>;
  /** When the next try is due (ISO 8601, UTC). */
  readonly retryAt: string | null;
  /** The call it is about. */
  readonly callId: string | null;
}

export type Seen = Pick<
  DeskState,
  | 'link'
  | 'line'
  | 'audio'
  | 'sync'
  | 'calls'
  | 'order'
  | 'talked'
  | 'readyWithoutGear'
  | 'deviceLabels'
>;

export function whatIsHappening(seen: Seen): Happening | null {
  for (const kind of happenings) {
    const found = look(kind, seen);
    if (found) return { kind, values: {}, retryAt: null, callId: null, ...found };
  }
  return null;
}

function look(kind: HappeningKind, seen: Seen): Partial<Happening> | false {
  const { link, line, audio, sync } = seen;
  const live = liveCall(seen);
  const lost = line?.phase === 'lost';
  const gone = audio?.page === 'gone';
  const here = audio?.page === 'here';
  switch (kind) {
    case 'link-lost':
      return link === 'down' && {};
    case 'ready-asked':
      return (
        seen.readyWithoutGear === 'asked' && {
          values: { ...gear(seen), microphone: audio?.microphone ?? 'unknown' },
        }
      );
    case 'sound-restoring':
      return gone && live !== undefined && about(live);
    case 'returning': {
      const returning = seen.order
        .flatMap((callId) => seen.calls[callId] ?? [])
        .find(({ call }) => call.phase === 'returning');
      return returning !== undefined && about(returning);
    }
    case 'sound-lost': {
      const silent = seen.order
        .flatMap((callId) => seen.calls[callId] ?? [])
        .find(({ call }) => call.phase === 'talking' && call.audio === 'lost' && !call.heldThere);
      if (silent === undefined) return false;
      const { callId, values } = about(silent);
      const withLine = lost || line?.phase === 'connecting';
      return { callId, values: { ...values, line: withLine ? 'lost' : 'up' } };
    }
    case 'line-lost-in-call':
      // Between two tries it is "connecting", which is no news for somebody who talks.
      return (
        live !== undefined &&
        (lost || line?.phase === 'connecting') && { retryAt: lost ? line.retryAt : null }
      );
    case 'interrupted':
    case 'broken-off': {
      const cutOff = cutOffCall(seen);
      if (cutOff === undefined) return false;
      return cutOff.call.interrupted === (kind === 'interrupted') && about(cutOff);
    }
    case 'certificate':
      return line?.problem === 'certificate' && { values: { why: certificateReason(line.detail) } };
    case 'line-refused':
      return line?.phase === 'refused' && { values: { why: line.problem ?? 'rejected' } };
    case 'sound-elsewhere':
      return audio?.page === 'elsewhere' && {};
    case 'microphone-refused':
      return here && audio.microphone === 'refused' && {};
    case 'microphone-none':
      return here && audio.microphone === 'none' && {};
    case 'line-lost':
      return lost && { retryAt: line.retryAt };
    case 'sound-gone':
      return gone && {};
    case 'headset-missing':
      return here && gearMissing(audio) && { values: gear(seen) };
    case 'ringer-missing':
      return (
        here && audio.missing.includes('ringer') && { values: { instead: audio.ringerInUse ?? '' } }
      );
    case 'headset-contested':
      return (
        here &&
        audio.headset.state === 'contested' && { values: { device: audio.headset.product ?? '' } }
      );
    case 'first-ring':
      // Until the sound page has told how it is, nothing is known of the ring either.
      return here && audio.microphone !== 'unknown' && !audio.proven && {};
    case 'server-down':
      return sync?.server === 'down' && {};
    case 'loading':
      return sync?.loading === true && {};
    default:
      return assertNever(kind);
  }
}

/** Which fault of the certificate the line names; what it does not name is told in general. */
export function certificateReason(detail: string | null): CertificateFault {
  const [word] = (detail ?? '').split(';');
  return CertificateFault.options.find((fault) => fault === word) ?? 'invalid';
}

/** The missing device by the name it had, and what stands in for it. */
function gear({ audio, deviceLabels }: Seen): Record<string, string> {
  if (!audio) return {};
  const microphone = audio.missing.includes('microphone');
  const wished = microphone ? audio.wishes.microphones[0] : audio.wishes.speakers[0];
  return {
    device: deviceLabels[wished ?? ''] ?? '',
    instead: (microphone ? audio.microphoneInUse : audio.speakerInUse) ?? '',
  };
}

function about(entry: CallEntry): Pick<Happening, 'callId' | 'values'> {
  return { callId: entry.call.callId, values: { who: partyName(entry) ?? '' } };
}
