import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { isConnected } from '#shared/model/call-machine.ts';
import type { CallEntry } from '../state/desk-state.ts';
import { Icon } from '../ui/Icon.tsx';
import { Key } from '../ui/Key.tsx';
import { partyName } from '../ui/party-name.ts';
import { StateMark } from '../ui/StateMark.tsx';
import { TimeSince } from '../ui/TimeSince.tsx';
import styles from './CallBar.module.css';
import { isBeingSent } from './being-sent.ts';
import type { CallGroup } from './call-group.ts';
import type { CallCommands } from './use-call-commands.ts';

/** The calls beside the one in the bar, and what can be done with them together: swap, conference, back, split. */
export function OtherCalls({
  group,
  commands,
}: {
  readonly group: CallGroup;
  readonly commands: CallCommands;
}) {
  const { t } = useTranslation('calls');
  const { conference, consult, about, others, swapTo, joinable } = group;
  if (others.length === 0) return null;
  const nameOf = (entry: CallEntry) => partyName(entry) ?? t('withheld');
  const shown = conference.length > 0 ? [...conference, ...others.filter(isHeld)] : others;
  return (
    <section className={styles.others} aria-label={t(conference.length > 0 ? 'members' : 'others')}>
      <h2>{t(conference.length > 0 ? 'members' : 'others')}</h2>
      <ul>
        {shown.map((entry) => (
          <OtherCall
            key={entry.call.callId}
            entry={entry}
            commands={commands}
            inConference={conference.includes(entry)}
          />
        ))}
      </ul>
      {conference.length === 0 && (swapTo !== undefined || joinable.length > 1 || consult) && (
        <div className={styles.buttons}>
          <Button
            variant="default"
            disabled={!swapTo}
            title={swapTo && t('talkTo', { who: nameOf(swapTo) })}
            rightSection={<Key name="F10" />}
            onClick={() => swapTo && commands.swap(swapTo.call)}
          >
            {t('swap')}
          </Button>
          <Button
            variant="default"
            disabled={joinable.length < 2}
            title={joinable.map(nameOf).join(' + ')}
            rightSection={<Key name="⇧F8" />}
            onClick={() => commands.conference(joinable.map(({ call }) => call))}
          >
            {t('conference')}
          </Button>
          {consult && about && (
            <Button
              className={styles.wide}
              variant="default"
              title={t('backToMeans', {
                who: nameOf(about),
                to: nameOf(consult),
              })}
              onClick={() => {
                // One who waited before the consultation is not given back by its end.
                if (about.call.phase === 'held') commands.swap(about.call);
                commands.hangUp(consult.call);
              }}
            >
              {t('backTo', { who: nameOf(about) })}
            </Button>
          )}
        </div>
      )}
    </section>
  );
}

function OtherCall({
  entry,
  commands,
  inConference,
}: {
  readonly entry: CallEntry;
  readonly commands: CallCommands;
  readonly inConference: boolean;
}) {
  const { t } = useTranslation('calls');
  const { call } = entry;
  const who = partyName(entry) ?? t('withheld');
  return (
    <li data-call={call.callId} data-phase={call.phase}>
      <StateMark tone={call.phase === 'talking' ? 'good' : 'wait'} />
      <strong className={styles.party}>{who}</strong>
      <span className={styles.dimmed}>
        {!inConference && <>{t(`phase.${call.phase}`)} </>}
        <TimeSince since={call.answeredAt ?? call.startedAt} />
      </span>
      {call.phase === 'held' && (
        <Button
          disabled={isBeingSent(call)}
          size="compact-xs"
          variant="default"
          title={t('talkTo', { who })}
          aria-label={t('talkTo', { who })}
          onClick={() => commands.swap(call)}
        >
          {t('talk')}
        </Button>
      )}
      {inConference && (
        <Button
          size="compact-xs"
          variant="default"
          title={t('talkAlone', { who })}
          aria-label={t('talkAlone', { who })}
          onClick={() => commands.split(call)}
        >
          {t('alone')}
        </Button>
      )}
      {(inConference || !isConnected(call.phase)) && (
        <Button
          size="compact-xs"
          variant="default"
          title={t('endOne', { who })}
          aria-label={t('endOne', { who })}
          onClick={() => commands.hangUp(call)}
        >
          <Icon name="hangUp" size={14} />
        </Button>
      )}
    </li>
  );
}

function isHeld({ call }: CallEntry): boolean {
  return !call.inConference;
}
