import { formatMoney, type Money as Amount } from '#shared/model/money.ts';
import { useLanguage } from './use-language.ts';

/** An amount in the interface's language, e.g. "22,90 €". */
export function Money({ amount }: { readonly amount: Amount }) {
  const language = useLanguage();
  return <span className="figures">{formatMoney(amount, language)}</span>;
}
