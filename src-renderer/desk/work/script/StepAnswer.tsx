import { NumberInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { assertNever } from '#shared/assert-never.ts';
import { sameJson } from '#shared/model/condition.ts';
import type { Json } from '#shared/model/json.ts';
import { textIn, type Language } from '#shared/model/language.ts';
import type { AnswerOption, ScriptStep } from '#shared/model/script.ts';
import { DateField } from '../form/DateField.tsx';
import { todayIn } from '../form/parse-date.ts';
import classes from './script.module.css';

export type Ask = NonNullable<ScriptStep['ask']>;

/** The options of a question, also those that every yes-no question has. */
export function optionsOf(ask: Ask, yes: string, no: string): readonly AnswerOption[] {
  if (ask.options && ask.options.length > 0) return ask.options;
  if (ask.input !== 'yes-no') return [];
  return [
    { value: true, label: { sl: yes, en: yes } },
    { value: false, label: { sl: no, en: no } },
  ];
}

/** Where the answer to a step's question is given. */
export function StepAnswer({
  ask,
  inputId,
  question,
  value,
  language,
  zone,
  change,
  next,
}: {
  readonly ask: Ask;
  readonly inputId: string;
  readonly question: string;
  readonly value: Json | undefined;
  readonly language: Language;
  readonly zone: string;
  readonly change: (value: Json | undefined) => void;
  readonly next: () => void;
}) {
  const { t } = useTranslation('script');
  const field = {
    id: inputId,
    'aria-label': question,
    size: 'xs',
    mt: 6,
    required: ask.required === true,
    onKeyDown: (event: React.KeyboardEvent) => {
      if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
      event.preventDefault();
      next();
    },
  } as const;
  switch (ask.input) {
    case 'choice':
    case 'yes-no':
      return (
        <div className={classes.options} role="radiogroup" aria-label={question}>
          {optionsOf(ask, t('yes'), t('no')).map((option, index) => {
            const chosen = sameJson(option.value, value);
            const label = textIn(option.label, language);
            return (
              <label
                key={JSON.stringify(option.value)}
                className={classes.option}
                data-chosen={chosen || undefined}
              >
                <input
                  type="radio"
                  name={inputId}
                  checked={chosen}
                  aria-label={label}
                  onChange={() => change(option.value)}
                />
                <span className={classes.digit} aria-hidden>
                  {index < 9 ? index + 1 : ''}
                </span>
                <span aria-hidden>{label}</span>
              </label>
            );
          })}
        </div>
      );
    case 'text':
      return (
        <TextInput
          {...field}
          value={typeof value === 'string' ? value : ''}
          onChange={(event) => change(event.currentTarget.value || undefined)}
        />
      );
    case 'number':
      return (
        <NumberInput
          {...field}
          value={typeof value === 'number' ? value : ''}
          onChange={(typed) => change(typeof typed === 'number' ? typed : undefined)}
        />
      );
    case 'date':
      return (
        <DateField
          {...field}
          today={todayIn(zone)}
          value={typeof value === 'string' ? value : null}
          onChange={(date) => change(date ?? undefined)}
        />
      );
    default:
      return assertNever(ask.input);
  }
}
