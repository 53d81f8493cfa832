import { Text, TextInput, UnstyledButton } from '@mantine/core';
import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Customer } from '#shared/model/customer.ts';
import { useErrorText } from '../ui/use-error-text.ts';
import { CustomerLine } from './CustomerLine.tsx';
import classes from './customers.module.css';
import { useCustomerSearch } from './use-customer-search.ts';

// An ARIA combobox whose options have two lines: <select> and <datalist> cannot show them.
const comboboxRole = { role: 'combobox' } as const;
const listRole = { role: 'listbox' } as const;
const optionRole = { role: 'option' } as const;

/** Finds customers as you type: arrows choose, Enter takes, Esc leaves. */
export function CustomerSearchBox({
  region,
  take,
  leave,
  chosenId = null,
  autoFocus = true,
}: {
  readonly region: string;
  readonly take: (customer: Customer) => void;
  readonly leave?: (() => void) | undefined;
  readonly chosenId?: string | null;
  readonly autoFocus?: boolean;
}) {
  const { t } = useTranslation('customers');
  const errorText = useErrorText();
  const [text, setText] = useState('');
  const [active, setActive] = useState({ for: '', index: 0 });
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const { customers, answered, failed } = useCustomerSearch(text);
  // A new answer begins at its best.
  const index = active.for === answered ? Math.min(active.index, customers.length - 1) : 0;
  const optionId = (at: number): string => `${listId}-${String(at)}`;

  useEffect(() => {
    if (autoFocus) input.current?.focus();
  }, [autoFocus]);
  useEffect(() => {
    document.getElementById(`${listId}-${String(index)}`)?.scrollIntoView({ block: 'nearest' });
  }, [index, listId]);

  const move = (by: number): void =>
    setActive({
      for: answered ?? '',
      index: Math.max(0, Math.min(customers.length - 1, index + by)),
    });
  const onKeyDown = (event: React.KeyboardEvent): void => {
    switch (event.key) {
      case 'ArrowDown':
        move(1);
        break;
      case 'ArrowUp':
        move(-1);
        break;
      case 'PageDown':
        move(10);
        break;
      case 'PageUp':
        move(-10);
        break;
      case 'Enter': {
        const customer = answered === text.trim() ? customers[index] : undefined;
        if (customer) take(customer);
        break;
      }
      case 'Escape':
        if (text === '') leave?.();
        else setText('');
        break;
      default:
        return;
    }
    event.preventDefault();
  };
  return (
    <div className={classes.search}>
      <TextInput
        ref={input}
        size="sm"
        {...comboboxRole}
        aria-label={t('search.label')}
        placeholder={t('search.placeholder')}
        aria-expanded={customers.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={customers.length > 0 ? optionId(index) : undefined}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <Text
        size="xs"
        c="var(--mantine-color-dimmed)"
        component="output"
        display="block"
        className={classes.status}
      >
        {failed !== undefined
          ? errorText(failed).what
          : answered === null
            ? t('search.hint')
            : customers.length === 0
              ? t('search.none', { text: answered })
              : t('search.found', { count: customers.length })}
      </Text>
      <div id={listId} {...listRole} aria-label={t('search.results')} className={classes.results}>
        {customers.map((customer, at) => (
          <UnstyledButton
            key={customer.customerId}
            id={optionId(at)}
            {...optionRole}
            tabIndex={-1}
            aria-selected={at === index}
            className={classes.result}
            data-active={at === index || undefined}
            data-chosen={customer.customerId === chosenId || undefined}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => {
              setActive({ for: answered ?? '', index: at });
              take(customer);
            }}
          >
            <CustomerLine customer={customer} region={region} />
          </UnstyledButton>
        ))}
      </div>
    </div>
  );
}
