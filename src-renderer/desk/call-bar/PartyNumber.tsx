import { useTranslation } from 'react-i18next';
import type { CallParty } from '#shared/model/call.ts';
import { PhoneNumber } from '../ui/PhoneNumber.tsx';

/** The other side's number as people write it; says so where it is withheld. */
export function PartyNumber({
  party,
  region,
}: {
  readonly party: CallParty;
  readonly region?: string | undefined;
}) {
  const { t } = useTranslation('calls');
  if (party.withheld) return <>{t('withheld')}</>;
  if (party.number !== null) return <PhoneNumber number={party.number} region={region} />;
  return <>{party.written ?? t('noNumber')}</>;
}
