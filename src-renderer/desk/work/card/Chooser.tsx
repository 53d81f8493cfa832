import { Kbd, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Customer } from '#shared/model/customer.ts';
import { CustomerLine } from '../../customers/CustomerLine.tsx';
import { digitIndex, useKeys } from '../keys/use-keys.ts';
import classes from './card.module.css';

/** Several people share the number: the operator says who it is; 1 to 9 choose without the mouse. */
export function Chooser({
  candidates,
  region,
  choose,
}: {
  readonly candidates: readonly Customer[];
  readonly region: string;
  readonly choose: (customer: Customer) => void;
}) {
  const { t } = useTranslation('card');
  useKeys((event) => {
    const index = digitIndex(event);
    const customer = index === undefined ? undefined : candidates[index];
    if (customer) choose(customer);
    return customer !== undefined;
  });
  return (
    <ol className={classes.chooser} aria-label={t('whoIsIt')}>
      {candidates.map((customer, index) => (
        <li key={customer.customerId}>
          <UnstyledButton className={classes.candidate} onClick={() => choose(customer)}>
            <Kbd size="xs" aria-hidden>
              {index < 9 ? index + 1 : '·'}
            </Kbd>
            <CustomerLine customer={customer} region={region} />
          </UnstyledButton>
        </li>
      ))}
    </ol>
  );
}
