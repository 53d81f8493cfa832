import { Button, Popover } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDeskStore, useDeskStoreApi } from '../state/desk-store.ts';
import { Key } from '../ui/Key.tsx';
import styles from './CallBar.module.css';

const tones = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const;

/** Sends tones by button, or by typing digits while the pad is open; Shift+F7 opens it. */
export function Keypad({
  callId,
  disabled,
  send,
}: {
  readonly callId: string;
  readonly disabled: boolean;
  readonly send: (tones: string) => void;
}) {
  const { t } = useTranslation('calls');
  const store = useDeskStoreApi();
  const opened = useDeskStore(({ keyedCallId }) => keyedCallId === callId);
  const setOpened = (open: boolean) => store.setState({ keyedCallId: open ? callId : null });
  const [sent, setSent] = useState('');
  const press = (tone: string) => {
    setSent((before) => (before + tone).slice(-16));
    send(tone);
  };
  return (
    <Popover
      opened={opened && !disabled}
      onChange={setOpened}
      onOpen={() => setSent('')}
      trapFocus
      returnFocus
      position="bottom-start"
      shadow="md"
    >
      <Popover.Target>
        <Button
          variant="default"
          disabled={disabled}
          rightSection={<Key name="⇧F7" />}
          onClick={() => setOpened(!opened)}
        >
          {t('keypad')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown
        aria-label={t('keypad')}
        onKeyDown={(event) => {
          if (/^[0-9*#]$/.test(event.key)) press(event.key);
        }}
      >
        <output className="figures">{sent === '' ? t('keypadHint') : sent}</output>
        <div className={styles.keypad}>
          {tones.map((tone) => (
            <Button
              key={tone}
              size="sm"
              px={0}
              variant="default"
              aria-label={t('tone', { tone })}
              onClick={() => press(tone)}
            >
              {tone}
            </Button>
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
