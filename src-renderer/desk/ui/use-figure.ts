import { localeOf } from '#shared/model/language.ts';
import { useLanguage } from './use-language.ts';

/** Writes a measured number as the interface's language does, with at most `decimals`; words stay as they are. */
export function useFigure(decimals: number): (value: number | string) => string {
  const format = new Intl.NumberFormat(localeOf(useLanguage()), {
    maximumFractionDigits: decimals,
  });
  return (value) => (typeof value === 'number' ? format.format(value) : value);
}
