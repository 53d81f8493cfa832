/** What answers break in a form's schema, told so that a person can find and mend it. */
import { Validator, type OutputUnit } from '@cfworker/json-schema';
import { valueAt, withoutAbsent } from './form-answers.ts';
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
  const validator = new Validator(form.schema, '2020-12', false);
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

function encodePart(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
