import { UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { sameJson } from '#shared/model/condition.ts';
import type { Json } from '#shared/model/json.ts';
import { localeOf, textIn, type Language } from '#shared/model/language.ts';
import { mergeText, type MergeValues } from '#shared/model/merge-text.ts';
import { optionsOf, type Ask } from './StepAnswer.tsx';
import classes from './script.module.css';
import type { ScriptWalk } from './use-script.ts';

/** The questions answered so far, newest first; each leads back to its step. */
export function EarlierAnswers({
  walk,
  language,
  values,
}: {
  readonly walk: ScriptWalk;
  readonly language: Language;
  readonly values: MergeValues;
}) {
  const { t } = useTranslation('script');
  const asked = walk.before.filter((step) => step.ask).toReversed();
  if (asked.length === 0) return null;

  const said = (ask: Ask, value: Json | undefined): string => {
    const option = optionsOf(ask, t('yes'), t('no')).find((one) => sameJson(one.value, value));
    if (option) return textIn(option.label, language);
    if (value === undefined || value === null || value === '') return t('noAnswer');
    if (ask.input === 'date' && typeof value === 'string')
      return new Intl.DateTimeFormat(localeOf(language), { timeZone: 'UTC' }).format(
        new Date(value),
      );
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  };
  return (
    <div>
      <h4 className={classes.subheading}>{t('earlier')}</h4>
      <ul className={classes.earlier}>
        {asked.map((step) => (
          <li key={step.id}>
            <UnstyledButton className={classes.earlierAnswer} onClick={() => walk.goTo(step.id)}>
              <span className={classes.question}>
                {mergeText(textIn(step.text, language), values)}
              </span>
              <strong>{step.ask ? said(step.ask, walk.answers[step.ask.name]) : ''}</strong>
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </div>
  );
}
