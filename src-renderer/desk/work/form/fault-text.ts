import type { TFunction } from 'i18next';
import type { FormFault } from '#shared/model/form.ts';
import type { Json, JsonObject } from '#shared/model/json.ts';
import { faultPath } from './schema-validator.ts';

/** What is wrong with a field, as a sentence to the operator. */
export function faultText(t: TFunction<'form'>, fault: FormFault): string {
  const limit = typeof fault.limit === 'number' ? fault.limit : undefined;
  switch (fault.keyword) {
    case 'required':
      return t('fault.required');
    case 'minLength':
      return limit === 1 || limit === undefined
        ? t('fault.required')
        : t('fault.minLength', { count: limit });
    case 'maxLength':
      return t('fault.maxLength', { count: limit ?? 0 });
    case 'minimum':
    case 'exclusiveMinimum':
      return t(`fault.${fault.keyword}`, { limit: limit ?? 0 });
    case 'maximum':
    case 'exclusiveMaximum':
      return t(`fault.${fault.keyword}`, { limit: limit ?? 0 });
    case 'minItems':
      return t('fault.minItems', { count: limit ?? 1 });
    case 'maxItems':
      return t('fault.maxItems', { count: limit ?? 0 });
    case 'format':
      if (fault.limit === 'email') return t('fault.email');
      if (fault.limit === 'date') return t('fault.date');
      return t('fault.pattern');
    case 'const':
      return fault.limit === true ? t('fault.mustBeTicked') : t('fault.choice');
    case 'enum':
    case 'choice':
      return t('fault.choice');
    case 'pattern':
      return t('fault.pattern');
    case 'type':
      return fault.limit === 'number' || fault.limit === 'integer'
        ? t('fault.number')
        : t('fault.pattern');
    default:
      return t('fault.other');
  }
}

/** The title of the field at fault in a localised schema, or its name. */
export function faultTitle(schema: Readonly<JsonObject>, fault: Pick<FormFault, 'at'>): string {
  const path = faultPath(fault);
  let title = path.at(-1) ?? '';
  let parts: readonly Json[] = [schema];
  for (const name of path) {
    const found = parts.flatMap((part) => childrenNamed(part, name));
    if (found.length === 0) break;
    const titled = found.find((part) => isObject(part) && typeof part['title'] === 'string');
    if (isObject(titled) && typeof titled['title'] === 'string')
      ({ title } = titled as { title: string });
    parts = found;
  }
  return title;
}

function childrenNamed(part: Json, name: string): readonly Json[] {
  if (!isObject(part)) return [];
  const found: Json[] = [];
  const properties = part['properties'];
  if (isObject(properties) && Object.hasOwn(properties, name)) found.push(properties[name] ?? {});
  if (/^\d+$/.test(name) && part['items'] !== undefined) found.push(part['items']);
  const deeper: Json[] = [];
  for (const key of ['then', 'else']) if (part[key] !== undefined) deeper.push(part[key]);
  for (const key of ['allOf', 'anyOf', 'oneOf']) {
    const list = part[key];
    if (Array.isArray(list)) deeper.push(...list);
  }
  for (const key of ['dependentSchemas', 'dependencies']) {
    const map = part[key];
    if (isObject(map)) deeper.push(...Object.values(map));
  }
  return [...found, ...deeper.flatMap((one) => childrenNamed(one, name))];
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
