import { Badge, Button, Group, Menu, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallCard } from '#shared/contract/desk.ts';
import type { Call } from '#shared/model/call.ts';
import type { Customer } from '#shared/model/customer.ts';
import { textIn, type Language } from '#shared/model/language.ts';
import { mergeText, type MergeValues } from '#shared/model/merge-text.ts';
import { formatNumber } from '#shared/model/phone-number.ts';
import { changedFields, newCustomer } from '../../customers/customer-fields.ts';
import { CustomerFieldsForm } from '../../customers/CustomerFieldsForm.tsx';
import { addressLine } from '../../customers/CustomerLine.tsx';
import { CustomerSearchBox } from '../../customers/CustomerSearchBox.tsx';
import { useDesk } from '../../rpc/desk-client.ts';
import { formatDuration } from '../../ui/duration.ts';
import { PhoneNumber } from '../../ui/PhoneNumber.tsx';
import { useCommand } from '../../ui/use-command.tsx';
import classes from './card.module.css';
import { Chooser } from './Chooser.tsx';

type Panel = 'none' | 'create' | 'edit' | 'search';

/** Who it is and what the call is about. */
export function CardHeader({
  call,
  card,
  language,
  values,
}: {
  readonly call: Call;
  readonly card: CallCard;
  readonly language: Language;
  readonly values: MergeValues;
}) {
  const { t } = useTranslation('card');
  const desk = useDesk();
  const command = useCommand();
  const [panel, setPanel] = useState<Panel>('none');
  const { customer, project } = card;
  const { callId } = call;
  const region = project?.region ?? 'SI';
  const leave = (): void => setPanel('none');
  const choose = (chosen: Customer): void => {
    leave();
    void command(() => desk.calls.chooseCustomer({ callId, customerId: chosen.customerId }));
  };
  const choosing = card.match === 'several' && !customer;

  return (
    <section className={classes.card} aria-label={t('title')}>
      <div className={classes.head}>
        <div className={classes.who}>
          <Title order={2} size="h4" className={classes.name}>
            {customer?.name ??
              (choosing ? t('several', { count: card.candidates.length }) : t(unknown(call)))}
          </Title>
          <Numbers call={call} customer={customer} region={region} />
        </div>
        <CallFacts call={call} card={card} language={language} />
      </div>
      {customer && (
        <Text size="xs" className={classes.about}>
          <About customer={customer} />
        </Text>
      )}
      <div className={classes.foot}>
        <Text size="xs" className={classes.greeting} lang={language}>
          {project &&
            t('greeting', { text: mergeText(textIn(project.greeting, language), values) })}
        </Text>
        <Group gap={6} wrap="nowrap">
          {customer ? (
            <>
              <Button size="compact-xs" variant="default" onClick={() => setPanel('edit')}>
                {t('edit')}
              </Button>
              <Button size="compact-xs" variant="default" onClick={() => setPanel('search')}>
                {t('wrongPerson')}
              </Button>
            </>
          ) : (
            <>
              <Button size="compact-xs" onClick={() => setPanel('create')}>
                {t('create')}
              </Button>
              <Button size="compact-xs" variant="default" onClick={() => setPanel('search')}>
                {t('search')}
              </Button>
            </>
          )}
        </Group>
      </div>
      {choosing && panel === 'none' && (
        <Chooser candidates={card.candidates} region={region} choose={choose} />
      )}
      {panel !== 'none' && (
        <div className={classes.panel}>
          {panel === 'search' && <CustomerSearchBox region={region} take={choose} leave={leave} />}
          {panel === 'create' && (
            <CustomerFieldsForm
              start={newCustomer(call.party.number)}
              region={region}
              title={t('create')}
              submitLabel={t('createNow')}
              leave={leave}
              save={async (fields) => {
                await desk.customers.create({ fields, callId });
                leave();
              }}
            />
          )}
          {panel === 'edit' && customer && (
            <EditCustomer
              key={customer.customerId}
              customer={customer}
              region={region}
              leave={leave}
            />
          )}
        </div>
      )}
    </section>
  );
}

function unknown(call: Call): 'withheld' | 'unknown' {
  return call.party.withheld ? 'withheld' : 'unknown';
}

function EditCustomer({
  customer,
  region,
  leave,
}: {
  readonly customer: Customer;
  readonly region: string;
  readonly leave: () => void;
}) {
  const { t } = useTranslation('customers');
  const desk = useDesk();
  // What the operator looked at when the edit began: fields changed by others since then are conflicts.
  const [base] = useState(customer);
  return (
    <CustomerFieldsForm
      start={base}
      region={region}
      title={t('editOf', { name: base.name })}
      submitLabel={t('save')}
      leave={leave}
      save={async (fields) => {
        const changes = changedFields(base, fields);
        if (Object.keys(changes).length > 0)
          await desk.customers.edit({
            customerId: base.customerId,
            baseVersion: base.version,
            changes,
          });
        leave();
      }}
    />
  );
}

function Numbers({
  call,
  customer,
  region,
}: {
  readonly call: Call;
  readonly customer: Customer | null;
  readonly region: string;
}) {
  const { t } = useTranslation('card');
  const { party } = call;
  const [main, ...others] = customer?.numbers ?? [];
  const calling = party.number ?? party.written;
  if (!main) return calling === null ? null : <PhoneNumber number={calling} region={region} />;
  const fromOther = party.number !== null && party.number !== main.number;
  return (
    <Group gap={6} wrap="nowrap" className={classes.numbers}>
      <PhoneNumber number={main.number} region={region} />
      {others.length > 0 && (
        <Menu position="bottom-start" withinPortal>
          <Menu.Target>
            <Button
              size="compact-xs"
              variant="default"
              aria-label={t('otherNumbers', { count: others.length })}
            >
              +{others.length}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {others.map((one) => (
              <Menu.Label key={one.number}>
                {formatNumber(one.number, region)} · {t(`kind.${one.kind}`)}
              </Menu.Label>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {fromOther && calling !== null && (
        <Text span size="xs" c="var(--mantine-color-dimmed)">
          {t('callsFrom', { number: formatNumber(calling, region) })}
        </Text>
      )}
    </Group>
  );
}

function About({ customer }: { readonly customer: Customer }) {
  const { t } = useTranslation('card');
  const parts = [
    addressLine(customer.address),
    customer.since === null ? '' : t('since', { year: customer.since }),
    customer.language === null ? '' : t(`speaks.${customer.language}`),
    customer.email ?? '',
  ].filter((part) => part !== '');
  return (
    <>
      {parts.join(' · ')}
      {customer.note !== '' && <strong className={classes.note}>{customer.note}</strong>}
    </>
  );
}

function CallFacts({
  call,
  card,
  language,
}: {
  readonly call: Call;
  readonly card: CallCard;
  readonly language: Language;
}) {
  const { t } = useTranslation('card');
  const { project } = card;
  const reached = [
    call.direction === 'out' ? t('outgoing') : '',
    call.queue === null ? '' : t('queue', { name: call.queue }),
    call.dialled === null ? '' : formatNumber(call.dialled, project?.region ?? 'SI'),
  ].filter((part) => part !== '');
  return (
    <div className={classes.call}>
      {project && (
        <Badge
          variant="dot"
          color={project.colour}
          radius="sm"
          tt="none"
          className={classes.project}
        >
          {textIn(project.name, language)}
        </Badge>
      )}
      <Text span size="xs" c="var(--mantine-color-dimmed)">
        {reached.join(' · ')}
      </Text>
      {call.waitedSeconds !== null && (
        <Text span size="xs" className="figures">
          {t('waited', { time: formatDuration(call.waitedSeconds) })}
        </Text>
      )}
    </div>
  );
}
