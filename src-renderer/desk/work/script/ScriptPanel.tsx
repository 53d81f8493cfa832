import { ActionIcon, Badge, Button, Group, Kbd, Text, Title } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallPhase } from '#shared/model/call.ts';
import type { Draft } from '#shared/model/draft.ts';
import type { JsonObject } from '#shared/model/json.ts';
import { textIn, type Language } from '#shared/model/language.ts';
import { mergeText, type MergeValues } from '#shared/model/merge-text.ts';
import type { Script } from '#shared/model/script.ts';
import { isTyping } from '../../ui/is-typing.ts';
import { digitIndex, useKeys } from '../keys/use-keys.ts';
import { EarlierAnswers } from './EarlierAnswers.tsx';
import classes from './script.module.css';
import { optionsOf, StepAnswer } from './StepAnswer.tsx';
import { useScript, type ScriptWalk } from './use-script.ts';

/** The step of the script the operator is at: what to say, what to ask, and the way on. */
export function ScriptPanel({
  script,
  draft,
  formSchema,
  language,
  values,
  zone,
  phase,
  listening,
  reasonsListen,
  change,
  goToForm,
}: {
  readonly script: Script;
  readonly draft: Draft;
  readonly formSchema: JsonObject | undefined;
  readonly language: Language;
  readonly values: MergeValues;
  readonly zone: string;
  readonly phase: CallPhase;
  /** Whether single keys are for the script now. */
  readonly listening: boolean;
  /** Whether digits name the reason of an outcome now. */
  readonly reasonsListen: boolean;
  readonly change: (make: (draft: Draft) => Draft) => void;
  readonly goToForm: () => void;
}) {
  const { t } = useTranslation('script');
  const walk = useScript(script, draft, formSchema, change);
  const region = useRef<HTMLElement>(null);
  const inputId = walk ? `script-answer-${walk.now.id}` : '';
  useFocusAfterMove(walk, inputId, region);
  useFocusOnAnswering(phase, inputId);
  useScriptKeys(
    walk,
    inputId,
    { listening, ended: phase === 'ended', reasonsListen },
    region,
    goToForm,
  );
  if (!walk) return <Text size="sm">{t('broken')}</Text>;

  const { now } = walk;
  const spoken = mergeText(textIn(now.text, language), values);
  return (
    <section ref={region} className={classes.panel} aria-labelledby="script-title">
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Title order={3} size="xs" id="script-title" className={classes.heading}>
          {t('title')}{' '}
          <Text span size="xs" c="var(--mantine-color-dimmed)" inherit={false}>
            {textIn(script.title, language)}
          </Text>
        </Title>
        <Text size="xs" className="figures" aria-live="polite">
          {t('progress', { at: walk.at, of: walk.of })}
        </Text>
      </Group>

      <div className={classes.step} data-step={now.id} tabIndex={-1} id="script-step">
        {now.kind !== 'say' && (
          <Badge size="xs" variant="default" radius="sm" mb={4}>
            {t(`kind.${now.kind}`)}
          </Badge>
        )}
        <p className={classes.spoken} lang={language}>
          {spoken}
        </p>
        {now.hint && (
          <Text size="xs" c="var(--mantine-color-dimmed)" className={classes.hint}>
            {mergeText(textIn(now.hint, language), values)}
          </Text>
        )}
        {now.ask && (
          <StepAnswer
            key={now.id}
            ask={now.ask}
            inputId={inputId}
            question={spoken}
            value={walk.answers[now.ask.name]}
            language={language}
            zone={zone}
            change={(value) => walk.answer(now, value)}
            next={walk.next}
          />
        )}
        <Text size="xs" c="var(--mantine-color-error)" component="output" display="block" mih="1lh">
          {walk.answerMissing ? t('answerMissing') : ''}
        </Text>
        <Group gap={6}>
          <Button size="compact-xs" variant="default" disabled={walk.at <= 1} onClick={walk.back}>
            {t('back')}
          </Button>
          {now.kind === 'form' && (
            <Button size="compact-xs" onClick={goToForm}>
              {t('toForm')}
            </Button>
          )}
          <Button
            size="compact-xs"
            variant={now.kind === 'form' ? 'default' : 'filled'}
            disabled={walk.last}
            onClick={walk.next}
          >
            {t('next')}
          </Button>
          <Text size="xs" c="var(--mantine-color-dimmed)" className={classes.keys}>
            <Kbd size="xs">↵</Kbd> <Kbd size="xs">Alt ←</Kbd>
          </Text>
        </Group>
      </div>
      <EarlierAnswers walk={walk} language={language} values={values} />
    </section>
  );
}

/** After a person moved, the focus goes where the answer is given; never on its own. */
function useFocusAfterMove(
  walk: ScriptWalk | undefined,
  inputId: string,
  region: React.RefObject<HTMLElement | null>,
): void {
  const moves = walk?.moves ?? 0;
  useEffect(() => {
    if (moves === 0) return;
    const input = document.getElementById(inputId);
    const step = region.current?.querySelector<HTMLElement>('#script-step');
    (input ?? step)?.focus({ preventScroll: false });
  }, [moves, inputId, region]);
}

/** The talk begins: what the operator types next is the first answer, unless they work somewhere else. */
function useFocusOnAnswering(phase: CallPhase, inputId: string): void {
  const before = useRef(phase);
  useEffect(() => {
    const answered = before.current !== 'held' && before.current !== phase && phase === 'talking';
    before.current = phase;
    const active = document.activeElement;
    if (answered && (active === null || active === document.body))
      document.getElementById(inputId)?.focus();
  }, [phase, inputId]);
}

function useScriptKeys(
  walk: ScriptWalk | undefined,
  inputId: string,
  {
    listening,
    ended,
    reasonsListen,
  }: { readonly listening: boolean; readonly ended: boolean; readonly reasonsListen: boolean },
  region: React.RefObject<HTMLElement | null>,
  goToForm: () => void,
): void {
  const { t } = useTranslation('script');
  useKeys(
    walk && listening
      ? (event) => {
          // Enter on a button or a link elsewhere is for that button; arrows move within a group of choices.
          const target = event.target instanceof HTMLElement ? event.target : null;
          const inScript = target !== null && region.current?.contains(target) === true;
          const index = digitIndex(event);
          if (index !== undefined && walk.now.ask && !reasonsListen) {
            const option = optionsOf(walk.now.ask, t('yes'), t('no'))[index];
            if (option) walk.answer(walk.now, option.value);
            if (option) return true;
          }
          const field = document.getElementById(inputId);
          // The answer to a typed question begins wherever it is begun: the key goes into the field.
          if (
            field &&
            !ended &&
            /^[\p{L}\p{N}]$/u.test(event.key) &&
            !(event.key === 'M' && event.shiftKey)
          ) {
            field.focus();
            return false;
          }
          const onControl = target?.closest('button,a,[role="radiogroup"]') ?? null;
          const onRadio = onControl?.getAttribute('role') === 'radiogroup';
          if (event.key === 'Enter' && (onControl === null || (inScript && onRadio))) {
            if (walk.now.kind === 'form') goToForm();
            else walk.next();
            if (walk.stuck) field?.focus();
            return true;
          }
          if (event.key === 'ArrowRight' && onControl === null) {
            walk.next();
            return true;
          }
          return false;
        }
      : undefined,
  );
  const latest = useRef({ walk, listening });
  useEffect(() => {
    latest.current = { walk, listening };
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (!latest.current.listening || document.querySelector('[aria-modal="true"]')) return;
      if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
      if (isTyping(event.target) && !region.current?.contains(event.target as Node)) return;
      event.preventDefault();
      if (event.key === 'ArrowLeft') latest.current.walk?.back();
      else latest.current.walk?.next();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [region]);
}

/** Switches the language that is spoken, when the customer's is not the interface's. */
export function SpokenLanguage({
  language,
  change,
}: {
  readonly language: Language;
  readonly change: (language: Language) => void;
}) {
  const { t } = useTranslation('script');
  const other: Language = language === 'sl' ? 'en' : 'sl';
  return (
    <ActionIcon
      size="sm"
      w="auto"
      px={6}
      variant="default"
      fz="xs"
      aria-label={t(`speak.${other}`, { now: language.toUpperCase() })}
      title={t(`speak.${other}`, { now: language.toUpperCase() })}
      onClick={() => change(other)}
    >
      {language.toUpperCase()}
    </ActionIcon>
  );
}
