import { Alert, Anchor, Button, Kbd, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PlacedOrder } from '#shared/contract/desk.ts';
import type { FormDefinition } from '#shared/model/form.ts';
import { textIn, type Language } from '#shared/model/language.ts';
import { mergeText, type MergeValues } from '#shared/model/merge-text.ts';
import type { Money as Amount } from '#shared/model/money.ts';
import type { MustSayItem } from '#shared/model/script.ts';
import { Money } from '../../ui/Money.tsx';
import { useErrorText } from '../../ui/use-error-text.ts';
import { FaultList } from '../form/FaultList.tsx';
import type { FormState } from '../form/use-form-state.ts';
import { mustSayId } from '../script/MustSayList.tsx';
import classes from './order.module.css';
import { OrderStates } from './OrderStates.tsx';

/** What is due, what still keeps the order from being saved, and the button that saves it. */
export function SaveBar({
  form,
  formState,
  due,
  unsaid,
  orders,
  saved,
  f9,
  busy,
  error,
  language,
  values,
  zone,
  save,
}: {
  readonly form: FormDefinition;
  readonly formState: FormState;
  readonly due: Amount | null;
  readonly unsaid: readonly MustSayItem[];
  readonly orders: readonly PlacedOrder[];
  /** An order is saved and not refused: it is not saved twice. */
  readonly saved: boolean;
  /** Whether F9 saves now (and does not finish). */
  readonly f9: boolean;
  readonly busy: boolean;
  readonly error: unknown;
  readonly language: Language;
  readonly values: MergeValues;
  readonly zone: string;
  readonly save: () => void;
}) {
  const { t } = useTranslation('order');
  const errorText = useErrorText();
  return (
    <section className={classes.bar} aria-label={t('title')}>
      {!saved && unsaid.length > 0 && (
        <div className={classes.unsaid}>
          <Text span size="xs" fw={600}>
            {t('unsaid', { count: unsaid.length })}
          </Text>
          <ul aria-label={t('unsaid', { count: unsaid.length })}>
            {unsaid.map((item) => (
              <li key={item.id}>
                <Anchor
                  component="button"
                  type="button"
                  size="xs"
                  onClick={() => document.getElementById(mustSayId(item.id))?.focus()}
                >
                  {mergeText(textIn(item.text, language), values)}
                </Anchor>
              </li>
            ))}
          </ul>
        </div>
      )}
      {!saved && formState.attempted && <FaultList faults={formState.faults} />}
      {error !== undefined && (
        <Alert color="red" variant="light" p={6} role="alert">
          {errorText(error).what} {errorText(error).wayOut}
        </Alert>
      )}
      <div className={classes.row}>
        {due && (
          <Text span size="sm" className={classes.due}>
            {t('due')}{' '}
            <strong>
              <Money amount={due} />
            </strong>
          </Text>
        )}
        <OrderStates orders={orders} zone={zone} />
        <Button
          size="xs"
          className={classes.save}
          loading={busy}
          disabled={saved}
          variant={f9 ? 'filled' : 'default'}
          rightSection={f9 ? <Kbd size="xs">F9</Kbd> : undefined}
          onClick={save}
        >
          {saved ? t('savedAlready') : t(`save.${form.makes}`)}
        </Button>
      </div>
    </section>
  );
}
