import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Call } from '#shared/model/call.ts';
import type { CallEntry } from '../state/desk-state.ts';
import { useDeskStore } from '../state/desk-store.ts';
import { noMicrophone } from '../state/gear-missing.ts';
import { measuredCall } from '../state/measured-call.ts';
import { Icon } from '../ui/Icon.tsx';
import { LevelMeter, litBars } from '../ui/LevelMeter.tsx';
import { partyName } from '../ui/party-name.ts';
import styles from './CallBar.module.css';
import { isBeingSent } from './being-sent.ts';
import type { CallGroup } from './call-group.ts';
import { useTalkingMuted } from './use-talking-muted.ts';

/** What really goes out, measured, and who hears it; an alarm where sound goes out although muted. */
export function OutgoingSound({ call, group }: { readonly call: Call; readonly group: CallGroup }) {
  const { t } = useTranslation('calls');
  const heard = group.conference.map((member) => member.call.callId);
  const measured = useDeskStore((state) => measuredCall(state, heard) ?? call.callId);
  const level = useDeskStore((state) => state.levels[measured]);
  const unheard = useDeskStore(({ audio }) => audio !== null && noMicrophone(audio));
  const colleague = useDeskStore(({ lights }) =>
    lights.colleagues.some(({ extension }) => extension === call.party.written),
  );
  const out = level?.out ?? 0;
  const leaks = call.muted && litBars(out) > 0;
  const talking = useTalkingMuted(measured, call.muted);
  return (
    <>
      <div className={styles.sound}>
        <Icon name={call.muted ? 'micOff' : 'mic'} />
        <LevelMeter level={out} label={t('levelOut')} blocked={call.muted} />
        <Icon name="speaker" />
        <LevelMeter level={level?.in ?? 0} label={t('levelIn')} />
      </div>
      {leaks ? (
        <div className={styles.heardBy} data-alarm role="alert">
          {t('mutedLeaks')}
        </div>
      ) : call.muted ? (
        <output className={styles.heardBy} data-muted={talking ? 'talking' : 'quiet'}>
          <Icon name="micOff" size={18} />
          {t(talking ? 'sound.talkingMuted' : 'sound.muted')}
        </output>
      ) : (
        <div className={styles.heardBy}>{heardBy(call, group, { unheard, colleague }, t)}</div>
      )}
    </>
  );
}

/** Who hears the operator now. With several calls, by name: nobody must say a thing to the wrong one. */
function heardBy(
  call: Call,
  group: CallGroup,
  { unheard, colleague }: { readonly unheard: boolean; readonly colleague: boolean },
  t: TFunction<'calls'>,
): string {
  if (call.audio === 'lost') return t('sound.lost');
  if (isBeingSent(call)) return t('sound.leaving');
  const nameOf = (entry: CallEntry) => partyName(entry) ?? t('withheld');
  const who = colleague && group.live ? nameOf(group.live) : null;
  if (call.phase === 'held') return who === null ? t('sound.held') : t('sound.heldWho', { who });
  if (unheard) return t('sound.noMicrophone');
  if (call.heldThere) return who === null ? t('sound.heldThere') : t('sound.heldThereBy', { who });
  if (group.conference.length > 0)
    return t('sound.conference', { who: group.conference.map(nameOf).join(', ') });
  if (call.phase === 'talking' && group.live && group.others.length > 0)
    return t('sound.only', { who: nameOf(group.live) });
  if (call.phase === 'talking' && who !== null) return t('sound.openTo', { who });
  if (call.phase === 'talking') return t('sound.open');
  // Early media go both ways (RFC 3960): whoever listens before the answer hears the microphone.
  const early = call.direction === 'out' && call.audio !== 'none';
  return t(early ? 'sound.early' : 'sound.notYet');
}
