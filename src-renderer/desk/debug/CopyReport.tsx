import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDesk } from '../rpc/desk-client.ts';
import { Icon } from '../ui/Icon.tsx';
import { useCommand } from '../ui/use-command.tsx';
import styles from './Debug.module.css';

/** Puts all that support needs on the clipboard and says what that is; where it may not, the text is there to be copied. */
export function CopyReport() {
  const { t } = useTranslation('debug');
  const desk = useDesk();
  const command = useCommand();
  const [done, setDone] = useState<'copied' | { readonly text: string } | null>(null);
  const copy = () =>
    void command(async () => {
      const { text } = await desk.debug.report();
      try {
        await navigator.clipboard.writeText(text);
        setDone('copied');
      } catch {
        setDone({ text });
      }
    });
  return (
    <div className={styles.report}>
      <Button variant="default" leftSection={<Icon name="copy" />} onClick={copy}>
        {t('copyReport')}
      </Button>
      <output className={styles.quiet}>{t(done === 'copied' ? 'copied' : 'reportHolds')}</output>
      {done !== null && done !== 'copied' && (
        <Textarea
          readOnly
          autosize
          maxRows={6}
          label={t('copyByHand')}
          value={done.text}
          onFocus={(event) => event.currentTarget.select()}
        />
      )}
    </div>
  );
}
