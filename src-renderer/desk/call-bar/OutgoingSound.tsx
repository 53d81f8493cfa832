import { useTranslation } from 'react-i18next';
import type { Call } from '#shared/model/call.ts';
import { useDeskStore } from '../state/desk-store.ts';
import { Icon } from '../ui/Icon.tsx';
import { LevelMeter, litBars } from '../ui/LevelMeter.tsx';
import styles from './CallBar.module.css';

/** What really goes out to the customer, measured; and an alarm where sound goes out although muted. */
export function OutgoingSound({
  call,
}: {
  readonly call: Pick<Call, 'callId' | 'muted' | 'heldThere' | 'phase' | 'audio'>;
}) {
  const { t } = useTranslation('calls');
  const level = useDeskStore((state) => state.levels[call.callId]);
  const noMicrophone = useDeskStore(
    ({ audio }) => audio?.microphone === 'none' || audio?.microphone === 'refused',
  );
  const out = level?.out ?? 0;
  const leaks = call.muted && litBars(out) > 0;
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
      ) : (
        <div className={styles.heardBy}>{t(soundKey(call, noMicrophone))}</div>
      )}
    </>
  );
}

function soundKey(
  call: Pick<Call, 'muted' | 'heldThere' | 'phase' | 'audio'>,
  noMicrophone: boolean,
) {
  if (call.audio === 'lost') return 'sound.lost';
  if (call.muted) return 'sound.muted';
  if (call.phase === 'held') return 'sound.held';
  if (noMicrophone) return 'sound.noMicrophone';
  return call.heldThere ? 'sound.heldThere' : 'sound.open';
}
