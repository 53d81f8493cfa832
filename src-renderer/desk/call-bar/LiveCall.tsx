import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Call } from '#shared/model/call.ts';
import type { CallEntry } from '../state/desk-state.ts';
import { Icon } from '../ui/Icon.tsx';
import { Key } from '../ui/Key.tsx';
import { StateMark, type Tone } from '../ui/StateMark.tsx';
import { TimeSince } from '../ui/TimeSince.tsx';
import styles from './CallBar.module.css';
import { Keypad } from './Keypad.tsx';
import { OutgoingSound } from './OutgoingSound.tsx';
import { PartyNumber } from './PartyNumber.tsx';
import type { CallCommands } from './use-call-commands.ts';

/** The call that is up. */
export function LiveCall({
  entry: { call, card },
  commands,
}: {
  readonly entry: CallEntry;
  readonly commands: CallCommands;
}) {
  const { t } = useTranslation('calls');
  const up = call.phase === 'talking' || call.phase === 'held';
  return (
    <div className={styles.call} data-call={call.callId} data-phase={call.phase}>
      <div className={styles.head}>
        <StateMark tone={toneOf(call)} />
        <span>{t(`phase.${call.phase}`)}</span>
        <span className={styles.timer}>
          <TimeSince since={call.answeredAt ?? call.startedAt} />
        </span>
        <span className={styles.dimmed}>{up && t(`audio.${call.audio}`)}</span>
      </div>
      <div className={styles.party}>
        {card.customer && <strong>{card.customer.name} </strong>}
        <PartyNumber party={call.party} region={card.project?.region} />
      </div>
      <OutgoingSound call={call} />
      <div className={styles.buttons}>
        <Button
          variant={call.muted ? 'filled' : 'default'}
          color="gray.8"
          leftSection={<Icon name={call.muted ? 'micOff' : 'mic'} />}
          rightSection={<Key name="F6" />}
          onClick={() => commands.toggleMute(call)}
        >
          {t(call.muted ? 'unmute' : 'mute')}
        </Button>
        <Button
          variant={call.phase === 'held' ? 'filled' : 'default'}
          color="gray.8"
          disabled={!up}
          leftSection={<Icon name={call.phase === 'held' ? 'resume' : 'hold'} />}
          rightSection={<Key name="F3" />}
          onClick={() => commands.toggleHold(call)}
        >
          {t(call.phase === 'held' ? 'resume' : 'hold')}
        </Button>
        <Keypad disabled={!up} send={(tones) => commands.sendDtmf(call, tones)} />
        <Button
          color="stop"
          leftSection={<Icon name="hangUp" />}
          rightSection={<Key name="F4" />}
          onClick={() => commands.hangUp(call)}
        >
          {t('hangUp')}
        </Button>
      </div>
    </div>
  );
}

function toneOf(call: Call): Tone {
  if (call.audio === 'lost') return 'act';
  if (call.phase === 'talking') return 'good';
  return 'wait';
}
