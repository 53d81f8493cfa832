import { Checkbox, Kbd, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { answersOf, unsaidItems, withSaid, type Draft } from '#shared/model/draft.ts';
import { textIn, type Language } from '#shared/model/language.ts';
import { mergeText, type MergeValues } from '#shared/model/merge-text.ts';
import { mustSayFor, type Script } from '#shared/model/script.ts';
import { TimeAt } from '../../ui/TimeAt.tsx';
import { useKeys } from '../keys/use-keys.ts';
import classes from './script.module.css';

export function mustSayId(itemId: string): string {
  return `must-say-${itemId}`;
}

/** What the customer must be told; a tick keeps the time it was said. M ticks the next one. */
export function MustSayList({
  script,
  draft,
  language,
  values,
  zone,
  listening,
  change,
}: {
  readonly script: Script;
  readonly draft: Draft;
  readonly language: Language;
  readonly values: MergeValues;
  readonly zone: string;
  readonly listening: boolean;
  readonly change: (make: (draft: Draft) => Draft) => void;
}) {
  const { t } = useTranslation('script');
  const items = mustSayFor(script, answersOf(draft));
  const unsaid = unsaidItems(draft, script);
  const tick = (itemId: string, said: boolean): void =>
    change((before) => withSaid(before, itemId, said ? new Date().toISOString() : null));
  useKeys(
    listening
      ? (event) => {
          const next = unsaid[0];
          // With Shift: a word typed beside its field must never tick what is evidence.
          if (event.key !== 'M' || !event.shiftKey || !next) return false;
          tick(next.id, true);
          return true;
        }
      : undefined,
  );
  if (items.length === 0) return null;
  return (
    <section aria-labelledby="must-say-title">
      <h3 className={classes.subheading} id="must-say-title">
        {t('mustSay')} <Kbd size="xs">⇧M</Kbd>
        <Text span size="xs" c="var(--mantine-color-dimmed)" className={classes.count}>
          {unsaid.length === 0 ? t('allSaid') : t('toSay', { count: unsaid.length })}
        </Text>
      </h3>
      <ul className={classes.mustSay}>
        {items.map((item) => {
          const at = draft.said[item.id];
          return (
            <li key={item.id} className={classes.mustSayItem}>
              <Checkbox
                id={mustSayId(item.id)}
                size="xs"
                checked={at !== undefined}
                label={mergeText(textIn(item.text, language), values)}
                onChange={(event) => tick(item.id, event.currentTarget.checked)}
              />
              {at !== undefined && (
                <Text span size="xs" c="var(--mantine-color-dimmed)">
                  <TimeAt at={at} zone={zone} show="seconds" />
                </Text>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
