import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { isConnected } from '#shared/model/call-machine.ts';
import type { Call } from '#shared/model/call.ts';
import type { CallEntry } from '../state/desk-state.ts';
import { useDeskStoreApi } from '../state/desk-store.ts';
import { Icon } from '../ui/Icon.tsx';
import { Key } from '../ui/Key.tsx';
import { partyName } from '../ui/party-name.ts';
import { StateMark, type Tone } from '../ui/StateMark.tsx';
import { TimeSince } from '../ui/TimeSince.tsx';
import styles from './CallBar.module.css';
import type { CallGroup } from './call-group.ts';
import { CallNote } from './CallNote.tsx';
import { Keypad } from './Keypad.tsx';
import { OutgoingSound } from './OutgoingSound.tsx';
import { PartyNumber } from './PartyNumber.tsx';
import { SignalMark } from './SignalMark.tsx';
import type { CallCommands } from './use-call-commands.ts';

/** The call that is up, and all that can be done with it. */
export function LiveCall({
  entry,
  group,
  commands,
}: {
  readonly entry: CallEntry;
  readonly group: CallGroup;
  readonly commands: CallCommands;
}) {
  const { t } = useTranslation('calls');
  const store = useDeskStoreApi();
  const { call, card } = entry;
  const { conference, consult, canComplete, changeable } = group;
  const up = isConnected(call.phase);
  const joined = conference.length > 0;
  const name = card.customer?.name ?? call.party.displayName;
  const spokenTo = joined ? conference.map((member) => member.call) : [call];
  return (
    <div className={styles.call} data-call={call.callId} data-phase={call.phase}>
      <div className={styles.head}>
        <StateMark tone={toneOf(call)} />
        <span>{t(joined ? 'inConference' : `phase.${call.phase}`)}</span>
        <span className={styles.timer}>
          <TimeSince since={call.answeredAt ?? call.startedAt} />
        </span>
        <span className={styles.signal}>{up && <SignalMark call={call} />}</span>
      </div>
      <div className={styles.party}>
        {joined ? (
          <strong>
            {conference.map((member) => partyName(member) ?? t('withheld')).join(', ')}
          </strong>
        ) : (
          <>
            {name !== null && <strong>{name} </strong>}
            <PartyNumber party={call.party} region={card.project?.region} />
          </>
        )}
      </div>
      <OutgoingSound call={call} group={group} />
      <CallNote entry={entry} group={group} />
      <div className={styles.buttons}>
        <Button
          variant={call.muted ? 'filled' : 'default'}
          color="gray.8"
          leftSection={<Icon name={call.muted ? 'micOff' : 'mic'} />}
          rightSection={<Key name="F6" />}
          onClick={() => commands.mute(!call.muted, ...spokenTo)}
        >
          {t(call.muted ? 'unmute' : 'mute')}
        </Button>
        <Button
          variant={call.phase === 'held' ? 'filled' : 'default'}
          color="gray.8"
          disabled={!changeable}
          leftSection={<Icon name={call.phase === 'held' ? 'resume' : 'hold'} />}
          rightSection={<Key name="F3" />}
          onClick={() => commands.toggleHold(call)}
        >
          {t(call.phase === 'held' ? 'resume' : 'hold')}
        </Button>
        {consult ? (
          <Button
            disabled={!canComplete}
            rightSection={<Key name="F8" />}
            onClick={() => commands.completeTransfer(consult.call)}
          >
            {t('complete')}
          </Button>
        ) : (
          <Button
            variant="default"
            disabled={!changeable}
            leftSection={<Icon name="transfer" />}
            rightSection={<Key name="F8" />}
            onClick={() => store.setState({ transferring: call.callId })}
          >
            {t('transfer')}
          </Button>
        )}
        <Keypad
          callId={call.callId}
          disabled={!up}
          send={(tones) => commands.sendDtmf(call, tones)}
        />
        <Button
          className={styles.wide}
          color="stop"
          leftSection={<Icon name="hangUp" />}
          rightSection={<Key name="F4" />}
          onClick={() => commands.hangUp(...spokenTo)}
        >
          {t(joined ? 'endForAll' : 'hangUp')}
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
