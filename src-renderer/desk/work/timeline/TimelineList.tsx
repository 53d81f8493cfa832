import { Text } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { textIn, type Language } from '#shared/model/language.ts';
import type { Project } from '#shared/model/project.ts';
import type { TimelineEntry } from '#shared/model/timeline.ts';
import { Money } from '../../ui/Money.tsx';
import { TimeAt } from '../../ui/TimeAt.tsx';
import { useLanguage } from '../../ui/use-language.ts';
import { EntryIcon } from './EntryIcon.tsx';
import classes from './timeline.module.css';

// A list that scrolls and holds nothing to focus must take the focus itself (WCAG 2.1.1).
const scrolledByKeys = { tabIndex: 0 } as const;

/** What happened with a customer, newest first. Times are in the zone of each entry's project, else in `zone`. */
export function TimelineList({
  entries,
  projects,
  zone,
  whoKnown = true,
  of,
}: {
  readonly entries: readonly TimelineEntry[];
  readonly projects: readonly Project[];
  readonly zone: string;
  readonly whoKnown?: boolean;
  /** Whose it is, where a page shows more than one timeline. */
  readonly of?: string;
}) {
  const { t } = useTranslation('timeline');
  const language = useLanguage();
  const titleId = useId();
  const newestFirst = entries.toSorted((one, other) => other.at.localeCompare(one.at));
  return (
    <section
      className={classes.panel}
      {...(of === undefined
        ? { 'aria-labelledby': titleId }
        : { 'aria-label': t('titleOf', { name: of }) })}
    >
      <h3 className={classes.title} id={titleId}>
        {t('title')}
        {entries.length > 0 && (
          <Text span size="xs" c="var(--mantine-color-dimmed)" className={classes.count}>
            {t('count', { count: entries.length })}
          </Text>
        )}
      </h3>
      {entries.length === 0 ? (
        <Text size="xs" c="var(--mantine-color-dimmed)">
          {t(whoKnown ? 'empty' : 'nobody')}
        </Text>
      ) : (
        <ol className={classes.list} {...scrolledByKeys} aria-labelledby={titleId}>
          {newestFirst.map((entry) => {
            const project = projects.find((one) => one.projectId === entry.projectId);
            const label = outcomeLabel(project, entry, language);
            return (
              <li key={entry.entryId} className={classes.entry} data-kind={entry.kind}>
                <EntryIcon kind={entry.kind} />
                <div className={classes.body}>
                  <div className={classes.head}>
                    <strong>{label ?? t(`kind.${entry.kind}`)}</strong>
                    <Text span size="xs" c="var(--mantine-color-dimmed)">
                      <TimeAt at={entry.at} zone={project?.zone ?? zone} show="both" />
                    </Text>
                  </div>
                  <div className={classes.text}>
                    {entry.text}
                    {entry.amount && (
                      <>
                        {entry.text !== '' && ' · '}
                        <Money amount={entry.amount} />
                      </>
                    )}
                  </div>
                  <Text size="xs" c="var(--mantine-color-dimmed)">
                    {[project && textIn(project.name, language), entry.operatorName]
                      .filter((part) => part !== undefined && part !== null && part !== '')
                      .join(' · ')}
                  </Text>
                </div>
              </li>
            );
          })}
        </ol>
      )}
    </section>
  );
}

/** The outcome as the project calls it, with its reason; undefined where the project or the code is not known. */
function outcomeLabel(
  project: Project | undefined,
  entry: TimelineEntry,
  language: Language,
): string | undefined {
  const outcome = project?.outcomes.find((one) => one.code === entry.code);
  if (!outcome) return undefined;
  const reason = outcome.reasons.find((one) => one.code === entry.reason);
  const name = textIn(outcome.label, language);
  return reason ? `${name}: ${textIn(reason.label, language)}` : name;
}
