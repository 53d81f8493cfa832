import { Button, Kbd, Text, Textarea, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { textIn, type Language } from '#shared/model/language.ts';
import type { Outcome } from '#shared/model/outcome.ts';
import { digitIndex, useKeys } from '../keys/use-keys.ts';
import { outcomeKeys, type Chosen, type FinishBlock } from './finish-rules.ts';
import classes from './finish.module.css';

/** How the call ended for the project: outcome, reason and note. One key chooses an outcome, a digit its reason. */
export function FinishPanel({
  outcomes,
  chosen,
  note,
  block,
  told,
  busy,
  f9,
  listening,
  language,
  choose,
  changeNote,
  leaveNote,
  finish,
}: {
  readonly outcomes: readonly Outcome[];
  readonly chosen: Chosen;
  readonly note: string;
  readonly block: FinishBlock;
  /** Somebody tried to finish: then it is said what is missing. */
  readonly told: boolean;
  readonly busy: boolean;
  /** Whether F9 finishes now (and does not save an order). */
  readonly f9: boolean;
  /** Whether single keys are for the outcome now. */
  readonly listening: boolean;
  readonly language: Language;
  readonly choose: (chosen: Chosen) => void;
  readonly changeNote: (note: string) => void;
  readonly leaveNote: () => void;
  readonly finish: () => void;
}) {
  const { t } = useTranslation('finish');
  const keys = outcomeKeys(outcomes.map((one) => textIn(one.label, language)));
  const reasons = outcomes.find((one) => one.code === chosen.outcome)?.reasons ?? [];
  const pick = (outcome: Outcome): void =>
    choose({
      outcome: outcome.code,
      reason: outcome.code === chosen.outcome ? chosen.reason : null,
    });
  useKeys(
    listening
      ? (event) => {
          const index = digitIndex(event);
          const reason = index === undefined ? undefined : reasons[index];
          // With the reasons open, digits are theirs; letters stay the outcomes'.
          if (reason) {
            choose({ ...chosen, reason: reason.code });
            return true;
          }
          const outcome = outcomes[keys.indexOf(event.key.toLowerCase())];
          if (outcome) pick(outcome);
          return outcome !== undefined;
        }
      : undefined,
  );
  return (
    <section className={classes.panel} aria-labelledby="finish-title">
      <div className={classes.head}>
        <h3 id="finish-title">{t('title')}</h3>
        <fieldset className={classes.choices} aria-label={t('outcome')}>
          {outcomes.map((outcome, index) => (
            <UnstyledButton
              key={outcome.code}
              className={classes.choice}
              aria-pressed={outcome.code === chosen.outcome}
              aria-keyshortcuts={listening ? keys[index] : undefined}
              onClick={() => pick(outcome)}
            >
              <Kbd size="xs" aria-hidden className={listening ? undefined : classes.later}>
                {keys[index]?.toUpperCase()}
              </Kbd>
              <span>{textIn(outcome.label, language)}</span>
            </UnstyledButton>
          ))}
        </fieldset>
        <Button
          size="xs"
          variant={f9 && block === null ? 'filled' : 'default'}
          className={classes.finish}
          loading={busy}
          rightSection={f9 ? <Kbd size="xs">F9</Kbd> : undefined}
          onClick={finish}
        >
          {t('finish')}
        </Button>
      </div>
      <Text
        size="xs"
        component="output"
        className={classes.missing}
        c={told ? 'var(--mantine-color-error)' : 'var(--mantine-color-dimmed)'}
      >
        {block !== null && (told || block !== 'call-up') ? t(`block.${block}`) : ''}
      </Text>
      {reasons.length > 0 && (
        <fieldset className={classes.choices} aria-label={t('reason')}>
          <Text span size="xs">
            {t('reason')}
          </Text>
          {reasons.map((reason, index) => (
            <UnstyledButton
              key={reason.code}
              className={classes.choice}
              aria-pressed={reason.code === chosen.reason}
              onClick={() => choose({ ...chosen, reason: reason.code })}
            >
              <Kbd size="xs" aria-hidden>
                {index < 9 ? index + 1 : '·'}
              </Kbd>
              {textIn(reason.label, language)}
            </UnstyledButton>
          ))}
        </fieldset>
      )}
      <Textarea
        size="xs"
        aria-label={t('note')}
        placeholder={t('note')}
        autosize
        minRows={1}
        maxRows={4}
        maxLength={10_000}
        value={note}
        onChange={(event) => changeNote(event.currentTarget.value)}
        onBlur={leaveNote}
      />
    </section>
  );
}
