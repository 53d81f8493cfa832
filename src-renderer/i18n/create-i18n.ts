/** i18n: the interface's texts in Slovenian and English, from src-shared/texts, switchable at run time. */
import { createInstance, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '#shared/model/language.ts';

type Texts = { readonly [key: string]: string | Texts };

const files = import.meta.glob<Texts>('../../src-shared/texts/*/*.json', {
  eager: true,
  import: 'default',
});

/** Every text as {language: {namespace: texts}}; the namespace is the file's name. */
export function allTexts(): Record<string, Record<string, Texts>> {
  const texts: Record<string, Record<string, Texts>> = {};
  for (const [path, content] of Object.entries(files)) {
    const [language, namespace] = path.split('/').slice(-2);
    if (language !== undefined && namespace !== undefined)
      (texts[language] ??= {})[namespace.replace('.json', '')] = content;
  }
  return texts;
}

/** i18next with all texts loaded; a missing text shows its key. `changeLanguage` switches. */
export function createI18n(language: Language): i18n {
  const instance = createInstance();
  const resources = allTexts();
  void instance.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'sl',
    resources,
    ns: Object.keys(resources['sl'] ?? {}),
    defaultNS: 'shell',
    initAsync: false,
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  return instance;
}
