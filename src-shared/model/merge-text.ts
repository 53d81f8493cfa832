/** Merge fields in spoken texts: {{customer.name}}, {{answer.package}}. Plain replacement, no code. */

export type MergeValues = { readonly [name: string]: MergeValue };
type MergeValue = string | number | boolean | null | undefined | MergeValues;

/**
 * The text with every {{path}} replaced by its value; a missing value becomes `missing`
 * (an ellipsis the operator sees), so that a gap is never read aloud as "undefined".
 */
export function mergeText(text: string, values: MergeValues, missing = '…'): string {
  return text.replace(/\{\{\s*([\w.-]+)\s*\}\}/g, (_whole, path: string) => {
    let value: MergeValue = values;
    for (const part of path.split('.')) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part))
        return missing;
      value = value[part];
    }
    return value === null || value === undefined || typeof value === 'object' || value === ''
      ? missing
      : String(value);
  });
}
