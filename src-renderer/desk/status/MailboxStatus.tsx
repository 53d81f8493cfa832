import { Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useDeskStore } from '../state/desk-store.ts';
import { Icon } from '../ui/Icon.tsx';
import styles from './Status.module.css';

/** The exchange keeps messages for this line (RFC 3842); nothing where it has no mailbox or nothing waits. */
export function MailboxStatus() {
  const { t } = useTranslation('status');
  const mailbox = useDeskStore((state) => state.lights.mailbox);
  if (!mailbox?.waiting) return null;
  const text = t('mailbox', { count: mailbox.fresh });
  return (
    <Tooltip label={text}>
      <span className={styles.mailbox}>
        <span className="heard">{text}</span>
        <Icon name="mail" size={15} />
        {mailbox.fresh > 0 && (
          <span aria-hidden className="figures">
            {mailbox.fresh}
          </span>
        )}
      </span>
    </Tooltip>
  );
}
