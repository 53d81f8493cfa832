import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callEnds, callPhases, transferFailures } from '#shared/model/call.ts';
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

function sorted(words: readonly string[]): string {
  return words.toSorted((one, other) => one.localeCompare(other)).join(' ');
}

describe('the texts', () => {
  it('are the same keys in both languages', () => {
    expect(keysOf('sl')).toEqual(keysOf('en'));
  });

  it.each(['sl', 'en'] as const)(
    'have every plural form that %s needs, and no other',
    (language) => {
      const found: Record<string, string[]> = {};
      for (const [namespace, content] of Object.entries(texts[language] ?? {}))
        for (const key of Object.keys(flat(content))) {
          const [, form] = plural.exec(key) ?? [];
          if (form !== undefined)
            (found[`${namespace}:${key.replace(plural, '')}`] ??= []).push(form);
        }
      const wrong = Object.entries(found).filter(
        ([, given]) => sorted(given) !== sorted(forms[language]),
      );
      expect(Object.keys(found).length).toBeGreaterThan(5);
      expect(wrong).toEqual([]);
    },
  );

  it('name the same values in both languages', () => {
    const values = (text: string) =>
      sorted([...text.matchAll(/\{\{\s*(\w+)/g)].map(([, name]) => name ?? ''));
    const [sl, en] = (['sl', 'en'] as const).map((language) => flat(texts[language]));
    const wrong = Object.entries(sl ?? {}).filter(
      // English has no dual and no paucal to compare with.
      ([key, text]) => !/_(two|few)$/.test(key) && values(text) !== values(en?.[key] ?? ''),
    );
    expect(wrong).toEqual([]);
  });

  it('never write "(s)" or hold a place for nothing', () => {
    const wrong = Object.entries(flat(texts)).filter(([, text]) => /\(s\)|TODO/.test(text));
    expect(wrong).toEqual([]);
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
    const others = ['debug', 'errors', 'pop', 'operator', 'history', 'preflight'];
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
      ...transferFailures.map((failure) => `calls:notReached.${failure}`),
      ...transferFailures.map((failure) => `calls:waitsAfter.${failure}`),
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
