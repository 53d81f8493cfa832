import type { ErrorSchema } from '@rjsf/utils';
import { toErrorSchema } from '@rjsf/utils';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  answersInUse,
  fieldsInUse,
  formFaults,
  localisedSchema,
  type FormDefinition,
  type FormFault,
} from '#shared/model/form.ts';
import type { JsonObject } from '#shared/model/json.ts';
import { useLanguage } from '../../ui/use-language.ts';
import { faultText, faultTitle } from './fault-text.ts';
import { faultPath, type FormData } from './schema-validator.ts';

export const formIdPrefix = 'form';

export interface ToldFault {
  /** Id of the field's element. */
  readonly fieldId: string;
  readonly title: string;
  readonly text: string;
}

export interface FormState {
  /** The schema in the interface's language. */
  readonly schema: JsonObject;
  /** The answers that belong to a field of the form as it stands: what would be saved. */
  readonly answers: JsonObject;
  /** All that keeps the form from being saved. */
  readonly faults: readonly ToldFault[];
  /** What is shown at the fields: all after a try to save; before it, only fields that were left with a wrong answer. */
  readonly shown: ErrorSchema<FormData>;
  /** Whether somebody tried to save: then the list of faults is shown too. */
  readonly attempted: boolean;
  readonly touch: (fieldId: string) => void;
  /** A try to save; faults that main found and this page did not are shown with the others. */
  readonly attempt: (foundInMain?: readonly FormFault[]) => void;
}

export function useFormState(form: FormDefinition | null, stored: JsonObject): FormState {
  const { t } = useTranslation('form');
  const language = useLanguage();
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [attempted, setAttempted] = useState(false);
  const [told, setTold] = useState<{
    readonly for: JsonObject;
    readonly faults: readonly FormFault[];
  }>();

  const schema = useMemo(() => (form ? localisedSchema(form, language) : {}), [form, language]);
  const answers = useMemo(() => (form ? answersInUse(form, stored) : {}), [form, stored]);
  const found = useMemo(() => {
    const own = form ? inOrder(form, answers, formFaults(form, answers)) : [];
    // What main found counts until the answers change.
    return own.length === 0 && told?.for === stored ? told.faults : own;
  }, [form, answers, stored, told]);

  const shown = useMemo(
    () =>
      toErrorSchema<FormData>(
        found
          .filter(
            (fault) => attempted || (fault.keyword !== 'required' && touched.has(fieldIdOf(fault))),
          )
          .map((fault) => ({
            stack: fault.message,
            message: faultText(t, fault),
            property: faultPath(fault)
              .map((part) => `.${part}`)
              .join(''),
          })),
      ),
    [found, attempted, touched, t],
  );

  return {
    schema,
    answers,
    attempted,
    shown,
    faults: found.map((fault) => ({
      fieldId: fieldIdOf(fault),
      title: faultTitle(schema, fault),
      text: faultText(t, fault),
    })),
    touch: useCallback(
      (fieldId) =>
        setTouched((before) => (before.has(fieldId) ? before : new Set([...before, fieldId]))),
      [],
    ),
    attempt: useCallback(
      (foundInMain) => {
        setAttempted(true);
        if (foundInMain) setTold({ for: stored, faults: foundInMain });
      },
      [stored],
    ),
  };
}

/** The faults as their fields stand on the screen. */
function inOrder(
  form: FormDefinition,
  answers: JsonObject,
  faults: readonly FormFault[],
): readonly FormFault[] {
  const wished = form.ui['ui:order'];
  const order = [...(Array.isArray(wished) ? wished : []), ...fieldsInUse(form, answers)];
  const position = (fault: FormFault): number => order.indexOf(faultPath(fault)[0] ?? '');
  return faults.toSorted((one, other) => position(one) - position(other));
}

function fieldIdOf(fault: FormFault): string {
  return [formIdPrefix, ...faultPath(fault)].join('_');
}

/** Puts the focus into the field, or into the first choice of a group. */
export function focusField(fieldId: string): void {
  const element = document.getElementById(fieldId);
  const target =
    element?.matches('input,textarea,select,button') === true
      ? element
      : element?.querySelector<HTMLElement>('input,textarea,select,button');
  target?.focus();
  target?.scrollIntoView({ block: 'nearest' });
}
