/** What answers break in a form's schema, told so that a person can find and mend it. */
import { Validator, type OutputUnit, type Schema } from '@cfworker/json-schema';
import { sameJson } from './condition.ts';
import type { Json, JsonObject } from './json.ts';

export interface FormFault {
  /** JSON pointer into the answers, '' for the whole. A missing answer is named itself, not the object it is missing in. */
  readonly at: string;
  /** The keyword that failed, e.g. required, minLength. */
  readonly keyword: string;
  readonly message: string;
  /** The keyword's value in the schema (the 2 of minLength 2), where it says something. */
  readonly limit?: Json;
}

/** Keywords that only say that something inside them failed. */
const wrappers = new Set([
  'properties',
  'patternProperties',
  'additionalProperties',
  'items',
  'prefixItems',
  'allOf',
  'anyOf',
  'oneOf',
  'if',
  '$ref',
  'dependentSchemas',
  'dependencies',
]);

/** What the answers break in the schema; empty when they may be saved. One fault for each place and keyword. */
export function formFaults(
  form: { readonly schema: Readonly<JsonObject> },
  answers: Readonly<JsonObject>,
): readonly FormFault[] {
  const validator = new Validator(form.schema as Schema, '2020-12', false);
  const units = validator.validate(withoutAbsent(answers)).errors;
  const leaves = withoutOtherBranches(units, form.schema).filter(
    (unit) => !wrappers.has(unit.keyword),
  );
  const faults = (leaves.length > 0 ? leaves : units).map((unit) => faultOf(unit, form.schema));
  return faults.filter(
    (fault, index) =>
      faults.findIndex((one) => one.at === fault.at && one.keyword === fault.keyword) === index,
  );
}

function faultOf(unit: OutputUnit, schema: Readonly<JsonObject>): FormFault {
  const at = decodeURIComponent(unit.instanceLocation.replace(/^#/, ''));
  // cfworker 4.1.1 reports a missing property at the object it is missing in and names it only in the message.
  const missing =
    unit.keyword === 'required' ? /property "(.*)"\.$/.exec(unit.error)?.[1] : undefined;
  const limit = valueAt(schema, unit.keywordLocation);
  return {
    at: missing === undefined ? at : `${at}/${encodePart(missing)}`,
    keyword: unit.keyword,
    message: unit.error,
    ...(limit === undefined || unit.keyword === 'required' ? {} : { limit }),
  };
}

/**
 * Of a failed oneOf/anyOf only the branch that the answers chose is told about (the one whose const and enum hold);
 * where no such branch is clear, the choice itself is at fault.
 */
function withoutOtherBranches(
  units: readonly OutputUnit[],
  schema: Readonly<JsonObject>,
): readonly OutputUnit[] {
  let kept = units;
  for (const choice of units) {
    if (choice.keyword !== 'oneOf' && choice.keyword !== 'anyOf') continue;
    const branches = valueAt(schema, choice.keywordLocation);
    const count = Array.isArray(branches) ? branches.length : 0;
    const inside = (unit: OutputUnit, index: number): boolean =>
      unit.instanceLocation.startsWith(choice.instanceLocation) &&
      unit.keywordLocation.startsWith(`${choice.keywordLocation}/${index}/`);
    const chosen = Array.from({ length: count }, (_, index) => index).filter(
      (index) =>
        units.some((unit) => inside(unit, index)) &&
        !units.some(
          (unit) => inside(unit, index) && (unit.keyword === 'const' || unit.keyword === 'enum'),
        ),
    );
    const only = chosen.length === 1 ? chosen[0] : undefined;
    kept = kept.filter((unit) =>
      Array.from({ length: count }, (_, index) => index).every(
        (index) => index === only || !inside(unit, index),
      ),
    );
    if (only === undefined)
      kept = kept.map((unit) => (unit === choice ? { ...unit, keyword: 'choice' } : unit));
  }
  return kept;
}

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
    const names = new Set<string>();
    collectNames(form.schema, form.schema, current, names);
    const next = Object.fromEntries(Object.entries(current).filter(([name]) => names.has(name)));
    if (sameJson(next, current)) return next;
    current = next;
  }
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
  if (isObject(schema['if'])) go(satisfies(root, schema['if'], answers) ? schema['then'] : schema['else']);
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
    ['$defs', 'definitions'].flatMap((name) => (root[name] === undefined ? [] : [[name, root[name]]])),
  );
  return new Validator({ ...definitions, ...schema } as Schema, '2020-12').validate(answers).valid;
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

function valueAt(schema: Readonly<JsonObject>, pointer: string): Json | undefined {
  let value: Json | undefined = schema;
  for (const part of pointer.split('/').slice(1)) {
    const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value)) value = value[Number(key)];
    else if (isObject(value)) value = Object.hasOwn(value, key) ? value[key] : undefined;
    else return undefined;
  }
  return value;
}

function encodePart(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
