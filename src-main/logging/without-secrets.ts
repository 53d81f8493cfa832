/** What a log may hold: ids, states, counts. Phone numbers, names and secrets are struck out of everything else. */

const secretKeys =
  /^(?:name|displayName|customer|number|numbers|party|password|secret|token|key|authorization|text|note|draft|answers|form|args|body|address|email|sdp)$/i;
const phoneNumber = /(?<![\w.-])\+?\d(?:[\s./-]?\d){6,14}(?![\w-])/g;
const sipUri = /\b(sips?|tel):[^\s;>"]+/gi;

/** The facts with secrets struck out, to any depth a log line should have. */
export function withoutSecrets(
  facts: Readonly<Record<string, unknown>>,
  depth = 0,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(facts))
    result[key] = secretKeys.test(key) ? '[struck out]' : cleaned(value, depth);
  return result;
}

function cleaned(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return textWithoutNumbers(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error)
    return {
      name: value.name,
      code: 'code' in value ? value.code : undefined,
      message: textWithoutNumbers(value.message),
      stack: value.stack?.split('\n').slice(1, 6).join('\n'),
    };
  if (depth >= 4) return '[deep]';
  if (Array.isArray(value)) return value.slice(0, 20).map((item) => cleaned(item, depth + 1));
  return withoutSecrets(value as Record<string, unknown>, depth + 1);
}

export function textWithoutNumbers(text: string): string {
  return text.replace(sipUri, '$1:[struck out]').replace(phoneNumber, '[number]');
}
