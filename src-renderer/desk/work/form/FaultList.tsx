import { Anchor } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './form.module.css';
import { focusField, type ToldFault } from './use-form-state.ts';

/** What keeps the form from being saved; each leads to its field. */
export function FaultList({ faults }: { readonly faults: readonly ToldFault[] }) {
  const { t } = useTranslation('form');
  if (faults.length === 0) return null;
  return (
    <ul className={classes.faults} aria-label={t('faults', { count: faults.length })}>
      {faults.map((fault) => (
        <li key={`${fault.fieldId} ${fault.text}`}>
          <Anchor
            component="button"
            type="button"
            size="xs"
            c="var(--mantine-color-error)"
            onClick={() => focusField(fault.fieldId)}
          >
            {t('faultAt', { field: fault.title, fault: fault.text })}
          </Anchor>
        </li>
      ))}
    </ul>
  );
}
