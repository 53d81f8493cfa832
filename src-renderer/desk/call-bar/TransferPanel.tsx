import { Button, TextInput } from '@mantine/core';
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallEntry } from '../state/desk-state.ts';
import { useDeskStore, useDeskStoreApi } from '../state/desk-store.ts';
import { Key } from '../ui/Key.tsx';
import { partyName } from '../ui/party-name.ts';
import styles from './CallBar.module.css';
import { ColleagueLight } from './ColleagueLight.tsx';
import type { CallCommands } from './use-call-commands.ts';

// An ARIA combobox whose options show a state: <select> and <datalist> cannot.
const comboboxRole = { role: 'combobox' } as const;
const listRole = { role: 'listbox' } as const;
const optionRole = { role: 'option' } as const;

/** To whom the call goes: Enter asks first, Ctrl+Enter sends at once, Escape leaves everything as it was. */
export function TransferPanel({
  entry,
  commands,
}: {
  readonly entry: CallEntry;
  readonly commands: CallCommands;
}) {
  const { t } = useTranslation('calls');
  const store = useDeskStoreApi();
  const own = useDeskStore((state) => state.line?.extension ?? null);
  const colleagues = useDeskStore((state) => state.lights.colleagues);
  const [text, setText] = useState('');
  const [active, setActive] = useState(-1);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const listId = useId();
  useEffect(() => {
    const before = document.activeElement;
    field.current?.focus();
    // Back to the form, where the operator was typing.
    return () => {
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  const { call } = entry;
  const found = colleagues.filter(
    ({ extension }) => extension !== own && extension.startsWith(text.trim()),
  );
  const chosen = active >= 0 ? found[Math.min(active, found.length - 1)] : undefined;
  const to = chosen?.extension ?? text.trim();
  const close = () => store.setState({ transferring: null });
  const send = async (way: 'consult' | 'transfer') => {
    if (to === '' || busy) return;
    setBusy(true);
    const taken = await commands[way](call, to);
    setBusy(false);
    if (taken) close();
    else field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    switch (event.key) {
      case 'ArrowDown':
        setActive(Math.min(found.length - 1, active + 1));
        break;
      case 'ArrowUp':
        setActive(Math.max(-1, active - 1));
        break;
      case 'Enter':
        void send(event.ctrlKey || event.metaKey ? 'transfer' : 'consult');
        break;
      case 'Escape':
        close();
        break;
      default:
        return;
    }
    event.preventDefault();
  };
  const title = t('transferTo', { who: partyName(entry) ?? t('withheld') });
  return (
    <section className={styles.transfer} aria-label={title}>
      <TextInput
        ref={field}
        {...comboboxRole}
        label={title}
        placeholder={t('transferExample')}
        aria-expanded={found.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={chosen ? `${listId}-${chosen.extension}` : undefined}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setActive(-1);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={listId} {...listRole} aria-label={t('colleagues')} className={styles.colleagues}>
        {found.map((colleague) => (
          <ColleagueLight
            key={colleague.extension}
            id={`${listId}-${colleague.extension}`}
            {...optionRole}
            colleague={colleague}
            chosen={colleague === chosen}
            choose={() => {
              setActive(found.indexOf(colleague));
              field.current?.focus();
            }}
          />
        ))}
      </div>
      <div className={styles.buttons}>
        <Button
          disabled={to === ''}
          loading={busy}
          rightSection={<Key name="↵" />}
          onClick={() => void send('consult')}
        >
          {t('consult')}
        </Button>
        <Button
          variant="default"
          disabled={to === '' || busy}
          rightSection={<Key name="Ctrl ↵" />}
          onClick={() => void send('transfer')}
        >
          {t('blind')}
        </Button>
      </div>
    </section>
  );
}
