import { useTranslation } from 'react-i18next';
import { formatMoney, type Money as Amount } from '#shared/model/money.ts';

/** An amount in the interface's language, e.g. "22,90 €". */
export function Money({ amount }: { readonly amount: Amount }) {
  const { i18n } = useTranslation();
  return <span className="figures">{formatMoney(amount, i18n.language)}</span>;
}
