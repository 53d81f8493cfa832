import { useTranslation } from 'react-i18next';
import type { AudioState } from '#shared/contract/desk.ts';
import { liveCall } from '../state/desk-state.ts';
import { useDeskStore } from '../state/desk-store.ts';
import { gearMissing } from '../state/gear-missing.ts';
import { LevelMeter } from '../ui/LevelMeter.tsx';
import styles from './Status.module.css';
import { StatusItem } from './StatusItem.tsx';

/** Whether the operator can be heard and can hear; in a call also how loud. */
export function SoundStatus() {
  const { t } = useTranslation('status');
  const audio = useDeskStore((state) => state.audio);
  const live = useDeskStore((state) => liveCall(state)?.call);
  const state = soundState(audio);
  const tone =
    state === 'ok' ? (gearMissing(audio) ? 'wait' : 'good') : state === 'unknown' ? 'idle' : 'act';
  return (
    <StatusItem
      icon={live?.muted ? 'micOff' : 'mic'}
      tone={tone}
      text={t(`sound.${state}`)}
      meaning={t(`soundMeans.${state}`)}
      leadsTo="settings"
    >
      <span className={styles.level}>
        <OwnLevel callId={live?.callId ?? null} muted={live?.muted ?? false} />
      </span>
    </StatusItem>
  );
}

/** On its own, because it changes ten times a second. */
function OwnLevel({ callId, muted }: { readonly callId: string | null; readonly muted: boolean }) {
  const { t } = useTranslation('status');
  const out = useDeskStore((state) => (callId === null ? 0 : (state.levels[callId]?.out ?? 0)));
  return <LevelMeter level={out} label={t('level')} blocked={muted} />;
}

export function soundState(
  audio: Pick<AudioState, 'page' | 'microphone'> | null,
): 'ok' | 'none' | 'refused' | 'unknown' | 'gone' | 'elsewhere' {
  if (!audio) return 'unknown';
  return audio.page === 'here' ? audio.microphone : audio.page;
}
