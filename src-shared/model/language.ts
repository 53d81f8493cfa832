/** The interface languages and texts that a call centre writes in each of them. */
import * as z from 'zod';

export const languages = ['sl', 'en'] as const;
export const Language = z.enum(languages);
export type Language = z.infer<typeof Language>;

/** A text of the call centre's own (a greeting, a label), in the languages it was written in. */
export const LocalisedText = z
  .object({ sl: z.string().optional(), en: z.string().optional() })
  .refine((text) => text.sl !== undefined || text.en !== undefined, 'a text needs sl or en');
export type LocalisedText = z.infer<typeof LocalisedText>;

/** The locale that dates, numbers and money are written in: 23. 11. 2026 and 23/11/2026. */
export function localeOf(language: Language): string {
  return language === 'sl' ? 'sl-SI' : 'en-GB';
}

/** The text in the wanted language, or in the other one when it was never translated. */
export function textIn(text: Readonly<LocalisedText> | undefined, language: Language): string {
  if (!text) return '';
  return text[language] ?? text.sl ?? text.en ?? '';
}
