import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Address, Customer } from '#shared/model/customer.ts';
import { formatNumber } from '#shared/model/phone-number.ts';
import classes from './customers.module.css';

/** An address in one line, as it is read aloud. */
export function addressLine(address: Address | null): string {
  if (!address) return '';
  const town = [address.postCode, address.town].filter((part) => part !== '').join(' ');
  return [address.street, town].filter((part) => part !== '').join(', ');
}

/** A customer in two lines, with enough to tell people of the same name apart. */
export function CustomerLine({
  customer,
  region,
}: {
  readonly customer: Customer;
  readonly region: string;
}) {
  const { t } = useTranslation('customers');
  const about = [
    addressLine(customer.address) || t('noAddress'),
    customer.since === null ? undefined : t('since', { year: customer.since }),
    customer.note || undefined,
  ].filter((part) => part !== undefined);
  return (
    <div className={classes.line}>
      <div className={classes.lineHead}>
        <strong>{customer.name}</strong>
        <span className="figures" translate="no">
          {customer.numbers
            .slice(0, 2)
            .map((one) => formatNumber(one.number, region))
            .join(' · ')}
        </span>
      </div>
      <Text size="xs" c="var(--mantine-color-dimmed)" truncate>
        {about.join(' · ')}
      </Text>
    </div>
  );
}
