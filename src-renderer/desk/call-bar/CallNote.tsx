import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { formatNumber } from '#shared/model/phone-number.ts';
import type { CallEntry } from '../state/desk-state.ts';
import { partyName } from '../ui/party-name.ts';
import styles from './CallBar.module.css';
import { isBeingSent } from './being-sent.ts';
import type { CallGroup } from './call-group.ts';

/** What the operator can do about the sound; else what is special about this call. Its place is kept when there is nothing. */
export function CallNote({
  entry,
  group,
}: {
  readonly entry: CallEntry;
  readonly group: CallGroup;
}) {
  const { t } = useTranslation('calls');
  const warning = entry.call.quality?.warning ?? null;
  const note = warning === null ? factsOf(entry, group, t).join(' ') : t(`warning.${warning}`);
  return (
    <output className={styles.note} data-warning={warning ?? undefined} title={note}>
      {note}
    </output>
  );
}

/** The card is told to be with the colleague only while the call may follow it there. */
function isLeaving(call: CallEntry['call'], group: CallGroup): boolean {
  return isBeingSent(call) || group.about?.call.callId === call.callId;
}

function factsOf({ call, card }: CallEntry, group: CallGroup, t: TFunction<'calls'>): string[] {
  const about = group.consult?.call.callId === call.callId ? group.about : undefined;
  const region = card.project?.region ?? 'SI';
  return [
    about && t('note.consult', { who: partyName(about) ?? t('withheld') }),
    call.interrupted && t('note.interrupted'),
    call.autoAnswered && t('note.autoAnswered'),
    card.handedBy !== null && t('note.handedBy', { name: card.handedBy }),
    card.handedTo !== null && isLeaving(call, group) && t('note.handedTo', { to: card.handedTo }),
    call.divertedFrom !== null &&
      t('note.diverted', { from: formatNumber(call.divertedFrom, region) }),
  ].filter((fact) => typeof fact === 'string');
}
