import { Button, Group, Select, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Customer } from '#shared/model/customer.ts';
import { textIn } from '#shared/model/language.ts';
import { useDesk } from '../rpc/desk-client.ts';
import { useDeskStore } from '../state/desk-store.ts';
import { PhoneNumber } from '../ui/PhoneNumber.tsx';
import { useCommand } from '../ui/use-command.tsx';
import { useErrorText } from '../ui/use-error-text.ts';
import { useLanguage } from '../ui/use-language.ts';
import { TimelineList } from '../work/timeline/TimelineList.tsx';
import { changedFields } from './customer-fields.ts';
import { CustomerFieldsForm } from './CustomerFieldsForm.tsx';
import { addressLine } from './CustomerLine.tsx';
import classes from './customers.module.css';
import { useOpenedCustomer } from './use-opened-customer.ts';

const noProjects: never[] = [];

/** One customer: who it is, what happened, and a call to any of the numbers. */
export function CustomerPage({
  customerId,
  region,
}: {
  readonly customerId: string;
  readonly region: string;
}) {
  const { t } = useTranslation('customers');
  const desk = useDesk();
  const command = useCommand();
  const errorText = useErrorText();
  const language = useLanguage();
  const projects = useDeskStore((state) => state.session?.projects) ?? noProjects;
  const [projectId, setProjectId] = useState(projects[0]?.projectId ?? null);
  const { opened, failed, again } = useOpenedCustomer(customerId);
  const [editing, setEditing] = useState(false);

  if (failed !== undefined)
    return (
      <div className={classes.page}>
        <Text size="sm" role="alert">
          {errorText(failed).what} {errorText(failed).wayOut}
        </Text>
        <Button size="compact-sm" variant="default" onClick={again}>
          {t('again')}
        </Button>
      </div>
    );
  if (!opened) return <div className={classes.page} aria-busy />;
  const { customer, timeline } = opened;
  return (
    <article className={classes.page} aria-labelledby="customer-name">
      <Group justify="space-between" wrap="nowrap">
        <Title order={2} size="h4" id="customer-name">
          {customer.name}
        </Title>
        {!editing && (
          <Button size="compact-sm" variant="default" onClick={() => setEditing(true)}>
            {t('edit')}
          </Button>
        )}
      </Group>
      {editing ? (
        <CustomerFieldsForm
          start={customer}
          region={region}
          title={t('editOf', { name: customer.name })}
          submitLabel={t('save')}
          leave={() => setEditing(false)}
          save={async (fields) => {
            const changes = changedFields(customer, fields);
            if (Object.keys(changes).length > 0)
              await desk.customers.edit({ customerId, baseVersion: customer.version, changes });
            setEditing(false);
            again();
          }}
        />
      ) : (
        <Facts customer={customer} />
      )}
      <Group gap="xs" align="end">
        <ul className={classes.numbers} aria-label={t('numbers')}>
          {customer.numbers.map((one) => (
            <li key={one.number} className={classes.number}>
              <PhoneNumber number={one.number} region={region} />
              <Text span size="xs" c="var(--mantine-color-dimmed)">
                {t(`kind.${one.kind}`)}
              </Text>
              <Button
                size="compact-xs"
                onClick={() =>
                  void command(() => desk.calls.dial({ number: one.number, projectId, customerId }))
                }
              >
                {t('call')}
              </Button>
            </li>
          ))}
        </ul>
        {projects.length > 1 && (
          <Select
            size="xs"
            w={180}
            aria-label={t('forProject')}
            allowDeselect={false}
            data={projects.map((one) => ({
              value: one.projectId,
              label: textIn(one.name, language),
            }))}
            value={projectId}
            onChange={setProjectId}
          />
        )}
      </Group>
      <TimelineList
        entries={timeline}
        of={customer.name}
        projects={projects}
        zone={projects[0]?.zone ?? 'Europe/Ljubljana'}
      />
    </article>
  );
}

function Facts({ customer }: { readonly customer: Customer }) {
  const { t } = useTranslation('customers');
  const facts = [
    ['address', addressLine(customer.address)],
    ['email', customer.email ?? ''],
    ['since', customer.since === null ? '' : String(customer.since)],
    ['language', customer.language === null ? '' : t(`language.${customer.language}`)],
    ['note', customer.note],
  ] as const;
  return (
    <dl className={classes.facts}>
      {facts
        .filter(([, value]) => value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{t(`field.${name}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
