import { Button, Text } from '@mantine/core';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { withFormAnswers } from '#shared/model/draft.ts';
import { amountDue, withShownAnswers } from '#shared/model/form.ts';
import { textIn, type Language } from '#shared/model/language.ts';
import type { CallEntry } from '../state/desk-state.ts';
import { useDeskStore } from '../state/desk-store.ts';
import { useHotkey } from '../ui/use-hotkey.ts';
import { useLanguage } from '../ui/use-language.ts';
import { CardHeader } from './card/CardHeader.tsx';
import { ProjectPicker } from './card/ProjectPicker.tsx';
import { DraftMark } from './draft/DraftMark.tsx';
import { useDraft } from './draft/use-draft.ts';
import { FinishPanel } from './finish/FinishPanel.tsx';
import { OrderForm } from './form/OrderForm.tsx';
import { fromCustomer } from './form/from-customer.ts';
import { focusField, useFormState } from './form/use-form-state.ts';
import { SaveBar } from './order/SaveBar.tsx';
import { mergeValues } from './script/merge-values.ts';
import { MustSayList } from './script/MustSayList.tsx';
import { ScriptPanel, SpokenLanguage } from './script/ScriptPanel.tsx';
import { useSaveAndFinish } from './use-save-and-finish.ts';
import classes from './work.module.css';

/** The work on one call; lives as long as the call's card is shown. */
export function CallWork({ entry }: { readonly entry: CallEntry }) {
  const { call, card } = entry;
  const { project, script, form } = card;
  const { t } = useTranslation('form');
  const language = useLanguage();
  const [spokenWish, setSpoken] = useState<Language>();
  const spoken = spokenWish ?? card.customer?.language ?? language;
  const operatorName = useDeskStore((state) => state.session?.name ?? null);
  const { draft, status, keeper } = useDraft(call.callId, card.draft, entry.revision);
  const formState = useFormState(form, draft.form);
  const work = useSaveAndFinish(entry, draft, keeper, formState);
  useHotkey('F9', work.f9 === 'save' ? work.save : work.finish);
  // While it rings, who calls is painted first; script and form, many times as large, come with the next frame.
  const whole = useDeferredValue(true, call.phase !== 'ringing');

  const zone = project?.zone ?? 'Europe/Ljubljana';
  const values = mergeValues(
    { customer: card.customer, operatorName, project, script, form, draft },
    spoken,
  );
  const known = form
    ? fromCustomer(form, card.customer, formState.answers, project?.region ?? 'SI')
    : {};
  const choosing = card.match === 'several' && !card.customer;
  const ended = call.phase === 'ended';

  return (
    <div className={classes.work}>
      <CardHeader call={call} card={card} language={spoken} values={values} />
      <div className={classes.columns}>
        <div className={classes.script}>
          {!whole ? null : script ? (
            <>
              <div className={classes.spoken}>
                <SpokenLanguage language={spoken} change={setSpoken} />
              </div>
              <ScriptPanel
                script={script}
                draft={draft}
                formSchema={form?.schema}
                language={spoken}
                values={values}
                zone={zone}
                phase={call.phase}
                listening={!choosing}
                reasonsListen={ended && work.chosen.outcome !== null}
                change={keeper.change}
                goToForm={() => focusField(formState.faults[0]?.fieldId ?? 'form')}
              />
              <MustSayList
                script={script}
                draft={draft}
                language={spoken}
                values={values}
                zone={zone}
                listening={!choosing}
                change={keeper.change}
              />
            </>
          ) : (
            <ProjectPicker callId={call.callId} project={project} />
          )}
        </div>
        <section className={classes.form} aria-labelledby="form-title">
          <div className={classes.formHead}>
            <h3 id="form-title">{form ? textIn(form.title, language) : t('none')}</h3>
            {form && Object.keys(known).length > 0 && (
              <Button
                size="compact-xs"
                variant="default"
                onClick={() =>
                  keeper.change((before) =>
                    withFormAnswers(before, { ...known, ...before.form }, script ?? undefined),
                  )
                }
              >
                {t('fromCustomer')}
              </Button>
            )}
            <DraftMark status={status} zone={zone} retry={() => void keeper.flush()} />
          </div>
          <div className={classes.fields}>
            {!whole ? null : form ? (
              <OrderForm
                form={form}
                state={formState}
                zone={zone}
                change={(answers) =>
                  keeper.change((before) =>
                    withFormAnswers(
                      before,
                      withShownAnswers(form, before.form, answers),
                      script ?? undefined,
                    ),
                  )
                }
              />
            ) : (
              <Text size="sm" c="var(--mantine-color-dimmed)">
                {t('noForm')}
              </Text>
            )}
          </div>
          {whole && form && (
            <SaveBar
              form={form}
              formState={formState}
              due={amountDue(form, formState.answers)}
              unsaid={work.unsaid}
              orders={card.orders}
              saved={work.saved}
              f9={work.f9 === 'save'}
              busy={work.saving}
              error={work.saveError}
              language={spoken}
              values={values}
              zone={zone}
              save={work.save}
            />
          )}
          {whole && (
            <FinishPanel
              outcomes={project?.outcomes ?? []}
              chosen={work.chosen}
              note={draft.note}
              block={work.block}
              told={work.triedToFinish}
              busy={work.finishing}
              f9={work.f9 === 'finish'}
              listening={ended && !choosing}
              language={language}
              choose={work.choose}
              changeNote={(note) => keeper.change((before) => ({ ...before, note }))}
              leaveNote={() => void keeper.flush()}
              finish={work.finish}
            />
          )}
        </section>
      </div>
    </div>
  );
}
