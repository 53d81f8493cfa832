/** debug: the SIP ladder and the states as main tells them, for support; secrets are struck out by main. */
import { UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SipMessage } from '#shared/contract/desk.ts';
import { useDeskStore } from '../state/desk-store.ts';
import { Icon } from '../ui/Icon.tsx';
import { TimeAt } from '../ui/TimeAt.tsx';
import styles from './Debug.module.css';
import { useLadder, type NumberedMessage } from './use-ladder.ts';

export function DebugScreen() {
  const { t } = useTranslation('debug');
  const line = useDeskStore((state) => state.line);
  const ladder = useLadder();
  const [chosen, setChosen] = useState<SipMessage | null>(null);
  return (
    <div className={styles.screen}>
      <h2>{t('title')}</h2>
      <p className={styles.quiet}>
        {line &&
          t('line', {
            phase: line.phase,
            extension: line.extension ?? '–',
            problem: line.problem ?? '–',
            detail: line.detail ?? '–',
          })}
      </p>
      <div className={styles.panes}>
        <div className={styles.ladder}>
          {ladder.length === 0 && <p className={styles.quiet}>{t('empty')}</p>}
          <ol aria-label={t('ladder')}>
            {ladder.map((row) => (
              <li key={row.number}>
                <Row row={row} chosen={chosen} choose={setChosen} />
              </li>
            ))}
          </ol>
        </div>
        <textarea
          readOnly
          aria-label={t('message')}
          value={chosen?.text ?? t('choose')}
          className={styles.text}
        />
      </div>
    </div>
  );
}

function Row({
  row,
  chosen,
  choose,
}: {
  readonly row: NumberedMessage;
  readonly chosen: SipMessage | null;
  readonly choose: (message: SipMessage) => void;
}) {
  const { t } = useTranslation('debug');
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const { message } = row;
  return (
    <UnstyledButton
      aria-pressed={message === chosen}
      data-direction={message.direction}
      onClick={() => choose(message)}
    >
      <TimeAt at={message.at} zone={zone} show="seconds" />
      <Icon name={message.direction === 'sent' ? 'out' : 'in'} size={13} />
      <span className="heard">{t(`direction.${message.direction}`)}</span>
      <span className={styles.line}>{message.line}</span>
    </UnstyledButton>
  );
}
