import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callEnds, callPhases } from '#shared/model/call.ts';
import { refusals } from '#shared/model/mutation.ts';
import { notReadyReasons } from '#shared/model/operator-state.ts';
import { allTexts, createI18n } from '../../../src-renderer/i18n/create-i18n.ts';
import { deskContract } from '#shared/contract/desk.ts';

const root = process.cwd();
const texts = allTexts();
const forms = { sl: ['one', 'two', 'few', 'other'], en: ['one', 'other'] } as const;
const plural = /_(zero|one|two|few|many|other)$/;

function flat(node: unknown, path = ''): Record<string, string> {
  if (typeof node === 'string') return { [path]: node };
  return Object.fromEntries(
    Object.entries(node as Record<string, unknown>).flatMap(([key, value]) =>
      Object.entries(flat(value, path === '' ? key : `${path}.${key}`)),
    ),
  );
}

/** namespace:key of every text, plural forms folded into one. */
function keysOf(language: 'sl' | 'en'): Set<string> {
  return new Set(
    Object.entries(texts[language] ?? {}).flatMap(([namespace, content]) =>
      Object.keys(flat(content)).map((key) => `${namespace}:${key.replace(plural, '')}`),
    ),
  );
}

describe('the texts', () => {
  it('are the same keys in both languages', () => {
    expect([...keysOf('sl')].sort()).toEqual([...keysOf('en')].sort());
  });

  it.each(['sl', 'en'] as const)(
    'have every plural form that %s needs, and no other',
    (language) => {
      for (const [namespace, content] of Object.entries(texts[language] ?? {})) {
        const keys = Object.keys(flat(content));
        const counted = new Set(
          keys.filter((key) => plural.test(key)).map((key) => key.replace(plural, '')),
        );
        for (const key of counted)
          expect(
            keys.filter((one) => one.replace(plural, '') === key).sort(),
            `${namespace}:${key}`,
          ).toEqual(forms[language].map((form) => `${key}_${form}`).sort());
      }
    },
  );

  it('name the same values in both languages', () => {
    const values = (text: string) =>
      [...text.matchAll(/\{\{\s*(\w+)/g)].map(([, name]) => name).sort();
    const [sl, en] = (['sl', 'en'] as const).map((language) =>
      Object.fromEntries(
        Object.entries(flat(texts[language])).filter(([key]) => !/_(two|few)$/.test(key)),
      ),
    );
    for (const [key, text] of Object.entries(sl ?? {}))
      expect(values(text), key).toEqual(values(en?.[key] ?? ''));
  });

  it('never write "(s)" or hold a place for nothing', () => {
    for (const [key, text] of Object.entries(flat(texts)))
      expect(text, key).not.toMatch(/\(s\)|TODO/);
  });
});

describe('Slovenian plurals', () => {
  it.each([
    [1, '1 poskus'],
    [2, '2 poskusa'],
    [3, '3 poskusi'],
    [4, '4 poskusi'],
    [5, '5 poskusov'],
    [100, '100 poskusov'],
    [101, '101 poskus'],
    [102, '102 poskusa'],
  ])('%i', (count, text) => {
    expect(createI18n('sl').t('sync:attempts', { count })).toBe(text);
  });
});

describe('the pages', () => {
  const sources = globSync('src-renderer/**/*.{ts,tsx}', { cwd: root }).map((file) => {
    const code = readFileSync(join(root, file), 'utf8');
    const spaces = [
      ...new Set(
        [...code.matchAll(/(?:useTranslation|TFunction<)\(?(\[[^\]]+\]|'[^']+')/g)].flatMap(
          ([, names]) => [...(names ?? '').matchAll(/'([^']+)'/g)].map(([, name]) => name ?? ''),
        ),
      ),
    ];
    return { file, code, spaces };
  });
  const known = keysOf('sl');
  /** Every t('…') and t(`…${x}`), also within a condition; a template's moving part is any text. */
  const used = sources.flatMap(({ file, code, spaces }) =>
    keyPatterns(code).map((pattern) => ({ file, spaces, pattern })),
  );

  it('use no text that is missing', () => {
    const missing = used.filter(
      ({ spaces, pattern }) =>
        ![...known].some((key) => spaces.some((space) => matches(pattern, space, key))),
    );
    expect(missing.map(({ file, pattern }) => `${file}: ${pattern}`)).toEqual([]);
  });

  it('use every text of the shell', () => {
    const mine = ['shell', 'calls', 'sign-in', 'dial', 'palette', 'status', 'settings', 'sync'];
    const others = ['debug', 'errors', 'pop', 'operator'];
    const all = sources.map(({ code }) => code).join('\n');
    const idle = [...known].filter((key) => {
      const [space = '', name = ''] = key.split(':');
      if (![...mine, ...others].includes(space)) return false;
      const inUse = used.some(({ spaces, pattern }) =>
        spaces.some((one) => matches(pattern, one, key)),
      );
      return !inUse && !all.includes(`'${name}'`);
    });
    expect(idle).toEqual([]);
  });

  it('have a word for every state, end, reason, refusal and error', () => {
    const needed = [
      ...callPhases.map((phase) => `calls:phase.${phase}`),
      ...callEnds.map((end) => `calls:end.${end}`),
      ...notReadyReasons.map((reason) => `operator:reason.${reason}`),
      ...refusals.map((refusal) => `sync:refusal.${refusal}`),
      ...errorCodes().flatMap((code) => [`errors:${code}.what`, `errors:${code}.wayOut`]),
    ];
    expect(needed.filter((key) => !known.has(key))).toEqual([]);
  });
});

function errorCodes(): string[] {
  return [
    ...Object.keys(deskContract.watch['~orpc'].errorMap),
    'LINK_DOWN',
    'TIMEOUT',
    'BAD_REQUEST',
    'UNKNOWN',
  ];
}

function keyPatterns(code: string): string[] {
  const patterns: string[] = [];
  for (const start of code.matchAll(/\bt\(/g)) {
    const argument = firstArgument(code, start.index + 2);
    for (const [literal] of argument.matchAll(/'[^'\n]+'|`[^`]+`/g)) {
      // A comparison within the argument (phase === 'held' ? …) is no key.
      const at = argument.indexOf(literal);
      if (/[=!]==\s*$/.test(argument.slice(0, at))) continue;
      patterns.push(literal.slice(1, -1));
    }
  }
  return patterns;
}

/** The text from `at` to the comma or bracket that ends the first argument. */
function firstArgument(code: string, at: number): string {
  let depth = 0;
  for (let index = at; index < code.length; index += 1) {
    const sign = code[index] ?? '';
    if ('([{'.includes(sign)) depth += 1;
    if (')]}'.includes(sign)) depth -= 1;
    if (depth < 0 || (depth === 0 && sign === ',')) return code.slice(at, index);
  }
  return '';
}

function matches(pattern: string, space: string, key: string): boolean {
  const whole = pattern.includes(':') ? pattern : `${space}:${pattern}`;
  const escaped = whole
    .split(/\$\{[^}]*\}/)
    .map((part) => part.replaceAll(/[.*+?^$()[\]\\|]/g, String.raw`\$&`))
    .join('.+');
  return new RegExp(`^${escaped}$`).test(key);
}
