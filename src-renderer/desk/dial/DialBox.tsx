/** dial: a number as a person writes it, and the project it is called for. */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { textIn } from '#shared/model/language.ts';
import { formatNumber, toE164 } from '#shared/model/phone-number.ts';
import { useDesk } from '../rpc/desk-client.ts';
import { useDeskStore } from '../state/desk-store.ts';
import { Icon } from '../ui/Icon.tsx';
import { Key } from '../ui/Key.tsx';
import { useCommand } from '../ui/use-command.tsx';
import { useHotkey } from '../ui/use-hotkey.ts';
import { useLanguage } from '../ui/use-language.ts';
import styles from './DialBox.module.css';

const noProjects: readonly never[] = [];

export function DialBox() {
  const { t } = useTranslation('dial');
  const language = useLanguage();
  const desk = useDesk();
  const command = useCommand();
  const projects = useDeskStore((state) => state.session?.projects ?? noProjects);
  const [number, setNumber] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLFormElement>(null);
  useHotkey('F7', () => {
    field.current?.focus();
    field.current?.select();
  });
  const project = projects.find((one) => one.projectId === chosen) ?? projects[0];
  const understood = toE164(number, project?.region ?? 'SI');
  const dial = async () => {
    setBusy(true);
    const projectId = project?.projectId ?? null;
    const dialled = await command(() => desk.calls.dial({ number, projectId, customerId: null }));
    if (dialled) {
      setNumber('');
      // The digits that follow are the script's.
      box.current?.querySelector<HTMLElement>(':focus')?.blur();
    }
    setBusy(false);
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (number.trim() !== '' && !busy) void dial();
  };
  return (
    <form ref={box} className={styles.box} onSubmit={onSubmit} aria-label={t('title')}>
      <TextInput
        ref={field}
        label={
          <>
            {t('number')} <Key name="F7" />
          </>
        }
        type="tel"
        autoComplete="off"
        placeholder={t('example')}
        value={number}
        onChange={(event) => setNumber(event.currentTarget.value)}
      />
      <NativeSelect
        label={t('project')}
        value={project?.projectId ?? ''}
        data={projects.map((one) => ({ value: one.projectId, label: textIn(one.name, language) }))}
        onChange={(event) => setChosen(event.currentTarget.value)}
      />
      <div className={styles.understood} aria-live="polite">
        {number.trim() !== '' &&
          (understood === null
            ? t('asWritten', { number })
            : t('willCall', { number: formatNumber(understood, project?.region ?? 'SI') }))}
      </div>
      <Button
        type="submit"
        variant="default"
        loading={busy}
        disabled={number.trim() === ''}
        leftSection={<Icon name="call" />}
      >
        {t('call')}
      </Button>
    </form>
  );
}
