import { Button, Menu } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { textIn } from '#shared/model/language.ts';
import { formatNumber } from '#shared/model/phone-number.ts';
import type { CallEntry } from '../state/desk-state.ts';
import { useDeskStore } from '../state/desk-store.ts';
import { formatDuration } from '../ui/duration.ts';
import { greetingFor } from '../ui/greeting.ts';
import { Icon } from '../ui/Icon.tsx';
import { Key } from '../ui/Key.tsx';
import { projectColour } from '../ui/project-colour.ts';
import { useLanguage } from '../ui/use-language.ts';
import { useNow } from '../ui/use-now.ts';
import styles from './CallBar.module.css';
import { PartyNumber } from './PartyNumber.tsx';
import { rejectReasons } from './reject-reasons.ts';
import type { CallCommands } from './use-call-commands.ts';

/** A call that rings, with all the operator needs before the answer. Never takes the focus (F22). */
export function IncomingPanel({
  entry: { call, card },
  commands,
  compact = false,
  keys = true,
}: {
  readonly entry: CallEntry;
  readonly commands: CallCommands;
  readonly compact?: boolean;
  /** Whether F2 and F4 mean this call. */
  readonly keys?: boolean;
}) {
  const { t } = useTranslation('calls');
  const language = useLanguage();
  const operatorName = useDeskStore((state) => state.session?.name ?? null);
  const project = card.project ? textIn(card.project.name, language) : t('noProject');
  return (
    <article
      className={styles.incoming}
      style={{ '--project': projectColour(card.project) }}
      aria-label={t('incoming')}
      data-call={call.callId}
    >
      <div className={styles.project}>
        <span className={styles.party}>{project}</span>
        <Waited startedAt={call.startedAt} before={call.waitedSeconds} />
      </div>
      <div className={styles.name}>{whoCalls(card, t)}</div>
      <div className={styles.dimmed}>
        <PartyNumber party={call.party} region={card.project?.region} />
      </div>
      {card.handedBy !== null && <div>{t('note.handedBy', { name: card.handedBy })}</div>}
      {!compact && call.divertedFrom !== null && (
        <div className={styles.dimmed}>
          {t('note.diverted', {
            from: formatNumber(call.divertedFrom, card.project?.region ?? 'SI'),
          })}
        </div>
      )}
      {!compact && <p className={styles.greeting}>{greetingFor(card, operatorName)}</p>}
      <div className={styles.buttons}>
        <Button
          color="answer"
          leftSection={<Icon name="call" />}
          rightSection={keys && <Key name="F2" />}
          onClick={() => commands.answer(call)}
        >
          {t('answer')}
        </Button>
        <Menu>
          <Menu.Target>
            <Button
              variant="default"
              rightSection={keys && !compact ? <Key name="F4" /> : <Icon name="down" />}
            >
              {t('reject')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {rejectReasons(call).map((reason) => (
              <Menu.Item key={reason} onClick={() => commands.reject(call, reason)}>
                {t(`rejectAs.${reason}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </div>
    </article>
  );
}

function Waited({
  startedAt,
  before,
}: {
  readonly startedAt: string;
  readonly before: number | null;
}) {
  const { t } = useTranslation('calls');
  const now = useNow();
  const rung = Math.max(0, (now - Date.parse(startedAt)) / 1000);
  const time = formatDuration(rung + (before ?? 0));
  return <span className="figures">{t(before === null ? 'rings' : 'waited', { time })}</span>;
}

function whoCalls(card: CallEntry['card'], t: TFunction<'calls'>): string {
  if (card.customer) return card.customer.name;
  return card.match === 'several'
    ? t('severalPeople', { count: card.candidates.length })
    : t('unknownCustomer');
}
