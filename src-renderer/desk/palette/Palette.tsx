/** palette: Ctrl+K, from which everything can be reached by typing: commands, customers, a number to call. */
import { useDebouncedValue } from '@mantine/hooks';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Customer } from '#shared/model/customer.ts';
import { useDesk } from '../rpc/desk-client.ts';
import { useDeskStoreApi } from '../state/desk-store.ts';
import { useHotkey } from '../ui/use-hotkey.ts';
import { PhoneNumber } from '../ui/PhoneNumber.tsx';
import { usePaletteCommands } from './use-palette-commands.ts';

export function Palette() {
  const { t } = useTranslation('palette');
  const [[spotlightStore, palette]] = useState(createSpotlight);
  const [query, setQuery] = useState('');
  const text = query.trim();
  const store = useDeskStoreApi();
  useHotkey('mod+k', () => palette.open());
  const customers = useFoundCustomers(text);
  const commands = usePaletteCommands(text).filter(
    (command) => command.always || fold(command.label).includes(fold(text)),
  );
  const firstFound = commands.length === 0 ? customers[0]?.customerId : undefined;
  useEffect(() => {
    if (firstFound === undefined) return;
    // Typing marks the first result, but customers come later than the typing.
    const list = document.getElementById(spotlightStore.getState().listId);
    list?.querySelector('[data-selected]')?.removeAttribute('data-selected');
    list?.querySelector('[data-action]')?.setAttribute('data-selected', 'true');
    spotlightStore.updateState((state) => ({ ...state, selected: 0 }));
  }, [firstFound, spotlightStore]);
  const openCustomer = ({ customerId }: Customer) =>
    store.setState({ screen: 'customers', customerId });
  return (
    <Spotlight.Root
      store={spotlightStore}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      overlayProps={{ backgroundOpacity: 0.2, blur: 0 }}
      transitionProps={{ duration: 0 }}
      attributes={{ content: { 'aria-label': t('title') } }}
      scrollable
      maxHeight={420}
    >
      <Spotlight.Search placeholder={t('placeholder')} aria-label={t('placeholder')} />
      <Spotlight.ActionsList>
        {commands.length > 0 && (
          <Spotlight.ActionsGroup label={t('commands')}>
            {commands.map((command) => (
              <Spotlight.Action
                key={command.id}
                label={command.label}
                rightSection={command.key}
                onClick={command.run}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {customers.length > 0 && (
          <Spotlight.ActionsGroup label={t('customers')}>
            {customers.map((customer) => (
              <Spotlight.Action
                key={customer.customerId}
                label={customer.name}
                description={
                  customer.address
                    ? `${customer.address.street}, ${customer.address.town}`
                    : undefined
                }
                rightSection={
                  customer.numbers[0] && <PhoneNumber number={customer.numbers[0].number} />
                }
                onClick={() => openCustomer(customer)}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {commands.length === 0 && customers.length === 0 && (
          <Spotlight.Empty>{t('nothing')}</Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

/** Customers for at least two characters, asked after a pause in typing; an older answer never replaces a newer one. */
function useFoundCustomers(text: string): readonly Customer[] {
  const desk = useDesk();
  const [wanted] = useDebouncedValue(text, 120);
  const [found, setFound] = useState<readonly Customer[]>([]);
  const enough = wanted.length >= 2;
  useEffect(() => {
    if (!enough) return undefined;
    let current = true;
    desk.customers.search({ text: wanted, limit: 8 }).then(
      ({ customers }) => {
        if (current) setFound(customers);
      },
      () => {
        if (current) setFound([]);
      },
    );
    return () => {
      current = false;
    };
  }, [desk, wanted, enough]);
  return enough ? found : [];
}

function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
