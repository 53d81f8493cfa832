/** customers: finding a customer in the base, and the customer's own page. */
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useDeskStore, useDeskStoreApi } from '../state/desk-store.ts';
import { CustomerPage } from './CustomerPage.tsx';
import { CustomerSearchBox } from './CustomerSearchBox.tsx';
import classes from './customers.module.css';

export function CustomersScreen() {
  const { t } = useTranslation('customers');
  const region = useDeskStore((state) => state.session?.projects[0]?.region) ?? 'SI';
  const customerId = useDeskStore((state) => state.customerId);
  const store = useDeskStoreApi();
  return (
    <div className={classes.screen}>
      <section className={classes.searchColumn} aria-label={t('title')}>
        <CustomerSearchBox
          region={region}
          chosenId={customerId}
          take={({ customerId }) => store.setState({ customerId })}
        />
      </section>
      {customerId === null ? (
        <div className={classes.page}>
          <Text size="sm" c="var(--mantine-color-dimmed)">
            {t('noneChosen')}
          </Text>
        </div>
      ) : (
        <CustomerPage key={customerId} customerId={customerId} region={region} />
      )}
    </div>
  );
}
