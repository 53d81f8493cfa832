import { Alert, Button, CloseButton, Group, Select, Textarea, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CustomerFields } from '#shared/model/customer.ts';
import { useErrorText } from '../ui/use-error-text.ts';
import { fieldsOf, typedCustomer, type TypedCustomer, type TypedFault } from './customer-fields.ts';
import classes from './customers.module.css';

const kinds = ['mobile', 'home', 'work', 'other'] as const;

/** Edits a customer's fields; opened by a person, so the name has the focus. Esc leaves it. */
export function CustomerFieldsForm({
  start,
  region,
  title,
  submitLabel,
  save,
  leave,
}: {
  readonly start: CustomerFields;
  readonly region: string;
  readonly title: string;
  readonly submitLabel: string;
  /** Rejects with the desk's codes; then the text stays. */
  readonly save: (fields: CustomerFields) => Promise<unknown>;
  readonly leave: () => void;
}) {
  const { t } = useTranslation('customers');
  const errorText = useErrorText();
  const [before] = useState(start);
  const [typed, setTyped] = useState<TypedCustomer>(() => typedCustomer(start, region));
  const [faults, setFaults] = useState<readonly TypedFault[]>([]);
  const [refused, setRefused] = useState<string>();
  const [busy, setBusy] = useState(false);
  const form = useEscape(leave);
  const set = (changes: Partial<TypedCustomer>): void =>
    setTyped((old) => ({ ...old, ...changes }));
  const lines =
    typed.numbers.length > 0 ? typed.numbers : [{ written: '', kind: 'mobile' as const }];

  const submit = async (): Promise<void> => {
    const result = fieldsOf(typed, before, region);
    setRefused(undefined);
    setFaults('faults' in result ? result.faults : []);
    if ('faults' in result || busy) return;
    setBusy(true);
    try {
      await save(result.fields);
    } catch (error) {
      const { what, wayOut } = errorText(error);
      setRefused(`${what} ${wayOut}`);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      ref={form}
      className={classes.fields}
      aria-label={title}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextInput
        size="xs"
        label={t('field.name')}
        required
        data-autofocus
        ref={focusOnce}
        value={typed.name}
        error={faults.includes('name') && t('fault.name')}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      {lines.map((line, index) => (
        // oxlint is right that an index is a weak key; lines are only added and removed at the end here.
        <Group key={`line ${String(index)}`} gap={4} wrap="nowrap" align="end">
          <TextInput
            size="xs"
            flex={1}
            type="tel"
            label={
              index === 0 ? t('field.number') : t('field.otherNumber', { position: index + 1 })
            }
            value={line.written}
            error={index === 0 && faults.includes('numbers') && t('fault.numbers')}
            onChange={(event) => {
              const written = event.currentTarget.value;
              set({ numbers: lines.map((one, at) => (at === index ? { ...one, written } : one)) });
            }}
          />
          <Select
            size="xs"
            w={96}
            aria-label={t('field.kind', { position: index + 1 })}
            allowDeselect={false}
            data={kinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
            value={line.kind}
            onChange={(kind) => {
              const chosen = kinds.find((one) => one === kind) ?? 'other';
              set({
                numbers: lines.map((one, at) => (at === index ? { ...one, kind: chosen } : one)),
              });
            }}
          />
          {index > 0 && index === lines.length - 1 && (
            <CloseButton
              size="sm"
              aria-label={t('removeNumber', { position: index + 1 })}
              onClick={() => set({ numbers: lines.slice(0, -1) })}
            />
          )}
          {index === lines.length - 1 && (
            <Button
              size="xs"
              px={8}
              variant="default"
              aria-label={t('addNumber')}
              onClick={() => set({ numbers: [...lines, { written: '', kind: 'home' }] })}
            >
              +
            </Button>
          )}
        </Group>
      ))}
      <TextInput
        size="xs"
        label={t('field.street')}
        value={typed.street}
        onChange={(event) => set({ street: event.currentTarget.value })}
      />
      <Group gap={4} wrap="nowrap" align="start">
        <TextInput
          size="xs"
          w={84}
          label={t('field.postCode')}
          value={typed.postCode}
          onChange={(event) => set({ postCode: event.currentTarget.value })}
        />
        <TextInput
          size="xs"
          flex={1}
          label={t('field.town')}
          value={typed.town}
          error={faults.includes('address') && t('fault.address')}
          onChange={(event) => set({ town: event.currentTarget.value })}
        />
      </Group>
      <TextInput
        size="xs"
        type="email"
        label={t('field.email')}
        value={typed.email}
        onChange={(event) => set({ email: event.currentTarget.value })}
      />
      <Select
        size="xs"
        label={t('field.language')}
        clearable
        data={[
          { value: 'sl', label: t('language.sl') },
          { value: 'en', label: t('language.en') },
        ]}
        value={typed.language}
        onChange={(language) =>
          set({ language: language === 'sl' || language === 'en' ? language : null })
        }
      />
      <Textarea
        size="xs"
        label={t('field.note')}
        autosize
        minRows={1}
        maxRows={4}
        className={classes.wide}
        value={typed.note}
        onChange={(event) => set({ note: event.currentTarget.value })}
      />
      {refused !== undefined && (
        <Alert color="red" variant="light" p="xs" role="alert" className={classes.wide}>
          {refused}
        </Alert>
      )}
      <Group gap={6} className={classes.wide}>
        <Button size="compact-sm" type="submit" loading={busy}>
          {submitLabel}
        </Button>
        <Button size="compact-sm" variant="default" onClick={leave}>
          {t('leave')}
        </Button>
      </Group>
    </form>
  );
}

/** Esc anywhere in the form leaves it, unless a list in it used the key to close. */
function useEscape(leave: () => void): React.RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  const latest = useRef(leave);
  useEffect(() => {
    latest.current = leave;
  });
  useEffect(() => {
    const element = form.current;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented) latest.current();
    };
    element?.addEventListener('keydown', onKey);
    return () => element?.removeEventListener('keydown', onKey);
  }, []);
  return form;
}

/** The form is there because a person opened it: the focus goes to its first field, once. */
function focusOnce(input: HTMLInputElement | null): void {
  if (input && !input.form?.contains(document.activeElement)) input.focus();
}
