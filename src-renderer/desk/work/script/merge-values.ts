import type { Address, Customer } from '#shared/model/customer.ts';
import { answersOf, type Draft } from '#shared/model/draft.ts';
import type { FormDefinition } from '#shared/model/form.ts';
import type { Json, JsonObject } from '#shared/model/json.ts';
import { textIn, type Language, type LocalisedText } from '#shared/model/language.ts';
import type { MergeValues } from '#shared/model/merge-text.ts';
import { formatNumber } from '#shared/model/phone-number.ts';
import type { Project } from '#shared/model/project.ts';
import type { Script } from '#shared/model/script.ts';

/** What is merged into spoken texts: {{customer.…}}, {{operator.name}}, {{project.name}}, {{answer.NAME}}. */
export function mergeValues(
  known: {
    readonly customer: Customer | null;
    readonly operatorName: string | null;
    readonly project: Project | null;
    readonly script: Script | null;
    readonly form: FormDefinition | null;
    readonly draft: Draft;
  },
  language: Language,
): MergeValues {
  const { customer, project } = known;
  return {
    operator: { name: known.operatorName },
    project: project ? { name: textIn(project.name, language) } : undefined,
    customer: customer
      ? {
          name: customer.name,
          number: customer.numbers[0]
            ? formatNumber(customer.numbers[0].number, project?.region ?? 'SI')
            : undefined,
          email: customer.email,
          since: customer.since,
          note: customer.note,
          street: customer.address?.street,
          postCode: customer.address?.postCode,
          town: customer.address?.town,
          address: customer.address ? addressValues(customer.address) : undefined,
          data: spokenNumbers(customer.data, language),
        }
      : undefined,
    answer: answerTexts(known.script, known.form, answersOf(known.draft), language),
  };
}

function addressValues(address: Address): MergeValues {
  return { street: address.street, postCode: address.postCode, town: address.town };
}

/** Numbers as the language writes them: 17,99 and not 17.99. */
function spokenNumbers(data: Customer['data'], language: Language): MergeValues {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, spoken(value, language)]),
  );
}

function spoken<T>(value: T, language: Language): T | string {
  return typeof value === 'number'
    ? value.toLocaleString(language, { maximumFractionDigits: 2, useGrouping: value >= 10_000 })
    : value;
}

/** Answers as they are said aloud: an option by its label, never by its code. */
function answerTexts(
  script: Script | null,
  form: FormDefinition | null,
  answers: JsonObject,
  language: Language,
): MergeValues {
  const texts: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(answers)) {
    const said = (Array.isArray(value) ? value : [value])
      .map((one) => labelOf(script, form, name, one, language))
      .filter((one) => one !== undefined)
      .join(', ');
    if (said !== '') texts[name] = said;
  }
  return texts;
}

function labelOf(
  script: Script | null,
  form: FormDefinition | null,
  name: string,
  value: Json,
  language: Language,
): string | undefined {
  if (value === null || typeof value === 'object') return undefined;
  for (const step of script?.steps ?? []) {
    if (step.ask?.name !== name) continue;
    const option = step.ask.options?.find((one) => one.value === value);
    if (option) return textIn(option.label, language);
  }
  const label = enumLabels(form?.schema, name)?.[String(value)];
  return label ? textIn(label, language) : String(spoken(value, language));
}

function enumLabels(
  schema: JsonObject | undefined,
  name: string,
): Record<string, LocalisedText> | undefined {
  const properties = schema?.['properties'];
  if (!isObject(properties)) return undefined;
  const property = properties[name];
  if (!isObject(property)) return undefined;
  const items = property['items'];
  const labels = property['x-enum'] ?? (isObject(items) ? items['x-enum'] : undefined);
  return isObject(labels) ? (labels as Record<string, LocalisedText>) : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
