import { Badge, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PlacedOrder } from '#shared/contract/desk.ts';
import { Money } from '../../ui/Money.tsx';
import { TimeAt } from '../../ui/TimeAt.tsx';
import classes from './order.module.css';

/** The orders of this call and how far each got: on this desk, with the server, or refused and why. */
export function OrderStates({
  orders,
  zone,
}: {
  readonly orders: readonly PlacedOrder[];
  readonly zone: string;
}) {
  const { t } = useTranslation('order');
  if (orders.length === 0) return null;
  return (
    <ul
      className={classes.orders}
      aria-label={t('orders', { count: orders.length })}
      aria-live="polite"
    >
      {orders.map(({ order, state, refusal }) => (
        <li key={order.orderId} className={classes.order} data-state={state}>
          <Badge
            size="sm"
            radius="sm"
            tt="none"
            variant="dot"
            color={state === 'refused' ? 'red' : state === 'saved' ? 'yellow' : 'green'}
          >
            {t(`state.${state}`)}
          </Badge>
          <Text span size="xs">
            {t(`kind.${order.kind}`)} <TimeAt at={order.placedAt} zone={zone} />
            {order.amountDue && (
              <>
                {' · '}
                <Money amount={order.amountDue} />
              </>
            )}
          </Text>
          {refusal && (
            <Text span size="xs" c="var(--mantine-color-error)">
              {t(`refusal.${refusal.code}`)}
            </Text>
          )}
        </li>
      ))}
    </ul>
  );
}
