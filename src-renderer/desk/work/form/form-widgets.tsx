import { Checkbox, Select, type OptionsFilter } from '@mantine/core';
import { Widgets } from '@rjsf/mantine';
import { enumOptionsIndexForValue, type WidgetProps } from '@rjsf/utils';
import { createContext, useContext, useState } from 'react';
import { DateField } from './DateField.tsx';
import type { FormData } from './schema-validator.ts';

type Props = WidgetProps<FormData>;

/** The day it is in the project's zone (YYYY-MM-DD). */
export const TodayContext = createContext('1970-01-01');

/** The options that hold the typed text, those that begin with it first; accents may be left out. */
const beginningFirst: OptionsFilter = ({ options, search }) => {
  const wanted = plain(search);
  const rank = (option: (typeof options)[number]): number =>
    'label' in option ? plain(option.label).indexOf(wanted) : -1;
  return options
    .filter((option) => rank(option) >= 0)
    .toSorted((one, other) => Number(rank(one) > 0) - Number(rank(other) > 0));
};

function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').trim().toLowerCase();
}

/** One of several values; type to narrow it down, Enter takes the first. */
export function ChoiceWidget(props: Props) {
  const { id, value, label, hideLabel, required, disabled, readonly, rawErrors, options } = props;
  // Opening the list unmarks the option that typing has just marked, unless it is told to mark the first one; a list
  // opened by a click must not: leaving the field takes the marked option.
  const [typed, setTyped] = useState(false);
  if (props.multiple === true && Widgets.SelectWidget) return <Widgets.SelectWidget {...props} />;
  const choices = options.enumOptions ?? [];
  const index: unknown = enumOptionsIndexForValue(value, choices);
  return (
    <Select
      id={id}
      label={hideLabel ? undefined : label}
      aria-label={hideLabel ? label : undefined}
      description={props.schema.description}
      required={required}
      disabled={disabled === true || readonly === true}
      error={rawErrors?.length ? rawErrors.join('\n') : undefined}
      data={choices.map((choice, position) => ({ value: String(position), label: choice.label }))}
      value={typeof index === 'string' ? index : null}
      onChange={(position) =>
        props.onChange(position === null ? undefined : choices[Number(position)]?.value)
      }
      onBlur={() => {
        setTyped(false);
        props.onBlur(id, value);
      }}
      placeholder={props.placeholder}
      searchable
      filter={beginningFirst}
      openOnFocus={false}
      selectFirstOptionOnChange
      selectFirstOptionOnDropdownOpen={typed}
      onKeyDown={({ key, ctrlKey, metaKey }) => {
        if (key === 'Tab' || key === 'Shift') return;
        setTyped((key.length === 1 && !ctrlKey && !metaKey) || key === 'Backspace');
      }}
      onDropdownClose={() => setTyped(false)}
      // Passing through a field with Tab must never change its answer.
      autoSelectOnBlur={typed}
      clearable={!required}
      comboboxProps={{ withinPortal: true }}
      size="xs"
    />
  );
}

export function DateWidget(props: Props) {
  const { id, label, hideLabel, required, disabled, readonly, rawErrors } = props;
  const today = useContext(TodayContext);
  const value: unknown = props.value;
  return (
    <DateField
      id={id}
      today={today}
      label={hideLabel ? undefined : label}
      aria-label={hideLabel ? label : undefined}
      description={props.schema.description}
      required={required}
      disabled={disabled === true || readonly === true}
      error={rawErrors?.length ? rawErrors.join('\n') : undefined}
      value={typeof value === 'string' ? value : null}
      onChange={(date) => props.onChange(date ?? undefined)}
      onBlur={() => props.onBlur(id, value)}
      size="xs"
    />
  );
}

export function TickWidget(props: Props) {
  const { id, label, required, disabled, readonly, rawErrors } = props;
  return (
    <Checkbox
      id={id}
      label={label}
      description={props.schema.description}
      required={required}
      disabled={disabled === true || readonly === true}
      error={rawErrors?.length ? rawErrors.join('\n') : undefined}
      checked={props.value === true}
      onChange={(event) => props.onChange(event.currentTarget.checked)}
      onBlur={() => props.onBlur(id, props.value)}
      size="xs"
    />
  );
}
