/** The answers in a form whose fields come and go with other answers. */
import { Validator } from '@cfworker/json-schema';
import { sameJson } from './condition.ts';
import type { Json, JsonObject } from './json.ts';

/**
 * The answers that belong to a field of the form as it stands: an answer in a conditional field that is no longer
 * there is left out (and no longer decides about others).
 */
export function answersInUse(
  form: { readonly schema: Readonly<JsonObject> },
  answers: Readonly<JsonObject>,
): JsonObject {
  let current: JsonObject = withoutAbsent(answers);
  for (;;) {
    const names = namesIn(form.schema, current);
    const next = Object.fromEntries(Object.entries(current).filter(([name]) => names.has(name)));
    if (sameJson(next, current)) return next;
    current = next;
  }
}

/** The names of the fields that the form has with these answers, in the order of its schema. */
export function fieldsInUse(
  form: { readonly schema: Readonly<JsonObject> },
  answers: Readonly<JsonObject>,
): ReadonlySet<string> {
  return namesIn(form.schema, answersInUse(form, answers));
}

/**
 * All answers after the fields that are shown were changed to `shown`: what was typed in a field that is hidden now, or
 * was hidden until now, waits for its field; only a field shown before and after is emptied by its absence.
 */
export function withShownAnswers(
  form: { readonly schema: Readonly<JsonObject> },
  before: Readonly<JsonObject>,
  shown: Readonly<JsonObject>,
): JsonObject {
  const usedBefore = fieldsInUse(form, before);
  const usedNow = fieldsInUse(form, shown);
  const waiting = Object.entries(before).filter(
    ([name]) => !usedBefore.has(name) || !usedNow.has(name),
  );
  return { ...Object.fromEntries(waiting), ...shown };
}

function namesIn(schema: Readonly<JsonObject>, answers: Readonly<JsonObject>): ReadonlySet<string> {
  const names = new Set<string>();
  collectNames(schema, schema, answers, names);
  return names;
}

function collectNames(
  root: Readonly<JsonObject>,
  schema: Json | undefined,
  answers: Readonly<JsonObject>,
  names: Set<string>,
  depth = 0,
): void {
  if (!isObject(schema) || depth > 20) return;
  const go = (part: Json | undefined): void => collectNames(root, part, answers, names, depth + 1);
  if (isObject(schema['properties']))
    for (const name of Object.keys(schema['properties'])) names.add(name);
  if (typeof schema['$ref'] === 'string') go(valueAt(root, schema['$ref']));
  if (Array.isArray(schema['allOf'])) schema['allOf'].forEach(go);
  for (const choice of [schema['anyOf'], schema['oneOf']])
    if (Array.isArray(choice)) chosenBranches(root, choice, answers).forEach(go);
  if (isObject(schema['if']))
    go(satisfies(root, schema['if'], answers) ? schema['then'] : schema['else']);
  for (const map of [schema['dependentSchemas'], schema['dependencies']])
    if (isObject(map))
      for (const [name, part] of Object.entries(map)) if (name in answers) go(part);
}

/** Branches whose const and enum the answers meet, even where they break another rule of the branch. */
function chosenBranches(
  root: Readonly<JsonObject>,
  branches: readonly Json[],
  answers: Readonly<JsonObject>,
): readonly Json[] {
  return branches.filter((branch) => {
    if (!isObject(branch) || !isObject(branch['properties'])) return true;
    const deciding = Object.entries(branch['properties']).filter(
      ([, part]) => isObject(part) && ('const' in part || 'enum' in part),
    );
    return satisfies(root, { properties: Object.fromEntries(deciding) }, answers);
  });
}

function satisfies(
  root: Readonly<JsonObject>,
  schema: Readonly<JsonObject>,
  answers: Readonly<JsonObject>,
): boolean {
  const definitions = Object.fromEntries(
    ['$defs', 'definitions'].flatMap((name) =>
      root[name] === undefined ? [] : [[name, root[name]]],
    ),
  );
  return new Validator({ ...definitions, ...schema }, '2020-12').validate(answers).valid;
}

/** A key without a value is no answer; a page may leave such keys behind. */
export function withoutAbsent(answers: Readonly<{ [name: string]: Json | undefined }>): JsonObject {
  const result: JsonObject = {};
  for (const [name, value] of Object.entries(answers)) {
    if (value === undefined) continue;
    result[name] = isObject(value) ? withoutAbsent(value) : value;
  }
  return result;
}

/** What a JSON pointer (RFC 6901, as a URI fragment) leads to, or undefined. */
export function valueAt(schema: Readonly<JsonObject>, pointer: string): Json | undefined {
  let value: Json | undefined = schema;
  for (const part of pointer.split('/').slice(1)) {
    const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value)) value = value[Number(key)];
    else if (isObject(value)) value = Object.hasOwn(value, key) ? value[key] : undefined;
    else return undefined;
  }
  return value;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
