import { Form } from '@rjsf/mantine';
import { englishStringTranslator, TranslatableString, type UiSchema } from '@rjsf/utils';
import type { FormProps } from '@rjsf/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { localisedUi, type FormDefinition } from '#shared/model/form.ts';
import { withoutAbsent } from '#shared/model/form-answers.ts';
import type { JsonObject } from '#shared/model/json.ts';
import { useLanguage } from '../../ui/use-language.ts';
import { FieldGrid } from './FieldGrid.tsx';
import { ChoiceWidget, DateWidget, TickWidget, TodayContext } from './form-widgets.tsx';
import { todayIn } from './parse-date.ts';
import { createSchemaValidator, type FormData } from './schema-validator.ts';
import { NoFaults, TextField } from './TextField.tsx';
import { formIdPrefix, type FormState } from './use-form-state.ts';

type Props = FormProps<FormData>;

const templates: Props['templates'] = {
  ObjectFieldTemplate: FieldGrid,
  BaseInputTemplate: TextField,
  FieldErrorTemplate: NoFaults,
};
const widgets: Props['widgets'] = {
  SelectWidget: ChoiceWidget,
  DateWidget,
  CheckboxWidget: TickWidget,
};
const defaults: Props['experimental_defaultFormStateBehavior'] = {
  emptyObjectFields: 'skipEmptyDefaults',
  constAsDefaults: 'never',
  allOf: 'populateDefaults',
};

/** The fields of a project's form; controlled: `change` gets all answers of the fields that are there. */
export function OrderForm({
  form,
  state,
  zone,
  change,
}: {
  readonly form: FormDefinition;
  readonly state: FormState;
  readonly zone: string;
  readonly change: (answers: JsonObject) => void;
}) {
  const { t } = useTranslation('form');
  const language = useLanguage();
  const [validator] = useState(createSchemaValidator);
  const uiSchema = useMemo(
    (): UiSchema<FormData> => ({
      ...localisedUi(form, language),
      'ui:submitButtonOptions': { norender: true },
      'ui:globalOptions': { size: 'xs' },
    }),
    [form, language],
  );
  const rootSchema = useMemo(() => {
    // The panel's heading has the form's title already.
    const { title: _title, ...schema } = state.schema;
    return schema;
  }, [state.schema]);

  return (
    <TodayContext value={todayIn(zone)}>
      <Form
        tagName="div"
        idPrefix={formIdPrefix}
        schema={rootSchema}
        uiSchema={uiSchema}
        formData={state.answers}
        validator={validator}
        templates={templates}
        widgets={widgets}
        extraErrors={state.shown}
        noHtml5Validate
        showErrorList={false}
        experimental_defaultFormStateBehavior={defaults}
        translateString={(name, parameters) => {
          switch (name) {
            case TranslatableString.AddItemButton:
            case TranslatableString.AddButton:
              return t('list.add');
            case TranslatableString.RemoveButton:
              return t('list.remove');
            case TranslatableString.MoveUpButton:
              return t('list.up');
            case TranslatableString.MoveDownButton:
              return t('list.down');
            default:
              return englishStringTranslator(name, parameters);
          }
        }}
        onBlur={state.touch}
        onChange={({ formData }, fieldId) => {
          const answers = withoutAbsent((formData ?? {}) as JsonObject);
          // Without a field it is rjsf filling in defaults while it renders; React wants that told later.
          if (fieldId === undefined) queueMicrotask(() => change(answers));
          else change(answers);
        }}
      />
    </TodayContext>
  );
}
