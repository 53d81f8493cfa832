import { act, screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { expect, test } from 'vitest';
import type { CallCard } from '#shared/contract/desk.ts';
import { emptyDraft } from '#shared/model/draft.ts';
import { bojan, marija } from '../../support/fake-desk-data.ts';
import { callId, commandsNamed, openWork } from './work-bench.tsx';

const none: Partial<CallCard> = { match: 'none', customer: null, timeline: [] };

test('the card says who calls, what for, and how long they waited', async () => {
  await openWork({ card: { customer: { ...marija, note: 'Naglušna' } } });
  const card = screen.getByRole('region', { name: 'Stranka' });
  expect(within(card).getByRole('heading', { name: 'Marija Žagar' })).toBeTruthy();
  for (const text of ['041 123 456', 'Internet+', 'čakanje 0:31', 'Naglušna'])
    expect(within(card).getByText(text)).toBeTruthy();
  expect(card.textContent).toContain('Cankarjeva ulica 4, 1241 Kamnik · stranka od 2019');
  expect(card.textContent).toContain('vrsta internet · (01) 600 10 00');
  expect(card.textContent).toContain('Ana Kovač pri telefonu');
});

test('of several people with the number one key chooses the right one', async () => {
  const { user, fake } = await openWork({
    card: { match: 'several', customer: null, timeline: [], candidates: [marija, bojan] },
  });
  expect(screen.getByRole('heading', { name: '2 osebi s to številko' })).toBeTruthy();
  const list = screen.getByRole('list', { name: 'Kdo kliče?' });
  expect(within(list).getByText(/Slovenska cesta 55, 1000 Ljubljana · od 2023/)).toBeTruthy();
  await user.keyboard('2');
  expect(await screen.findByRole('heading', { name: 'Bojan Čeh' })).toBeTruthy();
  expect(commandsNamed(fake, 'calls.chooseCustomer')).toEqual([
    { callId, customerId: bojan.customerId },
  ]);
  // The digit was for the chooser alone.
  expect(commandsNamed(fake, 'calls.saveDraft')).toEqual([]);
});

test('an unknown caller is created with the number filled in; the focus waits for the operator', async () => {
  const { user, fake } = await openWork({ card: { ...none, draft: emptyDraft } });
  expect(screen.getByRole('heading', { name: 'Neznana številka' })).toBeTruthy();
  expect(document.activeElement).toBe(document.body);
  await user.click(screen.getByRole('button', { name: 'Nova stranka' }));
  const name = screen.getByRole('textbox', { name: 'Ime in priimek stranke' });
  expect(document.activeElement).toBe(name);
  expect(screen.getByRole('textbox', { name: 'Telefonska številka' })).toHaveProperty(
    'value',
    '041 123 456',
  );
  await user.keyboard('Nova Oseba{Enter}');
  expect(await screen.findByRole('heading', { name: 'Nova Oseba' })).toBeTruthy();
  expect(commandsNamed(fake, 'customers.create')).toMatchObject([
    {
      callId,
      fields: { name: 'Nova Oseba', numbers: [{ number: '+38641123456', kind: 'mobile' }] },
    },
  ]);
});

test('a customer without a name, or with a wrong number, is not created and the text stays', async () => {
  const { user, fake } = await openWork({ card: none });
  await user.click(screen.getByRole('button', { name: 'Nova stranka' }));
  const number = screen.getByRole('textbox', { name: 'Telefonska številka' });
  await user.clear(number);
  await user.type(number, '12{Enter}');
  expect(await screen.findByText('Ime je obvezno.')).toBeTruthy();
  expect(screen.getByText('Ena od številk ni veljavna.')).toBeTruthy();
  expect(number).toHaveProperty('value', '12');
  expect(commandsNamed(fake, 'customers.create')).toEqual([]);
});

test('a hidden number says so', async () => {
  await openWork({
    card: none,
    call: { party: { number: null, written: null, displayName: null, withheld: true } },
  });
  expect(screen.getByRole('heading', { name: 'Skrita številka' })).toBeTruthy();
});

test('an edit sends only what changed, against the version that was looked at', async () => {
  const { user, fake } = await openWork();
  await user.click(screen.getByRole('button', { name: 'Uredi' }));
  // Somebody else changes the customer while the operator types.
  await act(async () =>
    fake.changeCard(callId, { customer: { ...marija, version: 5, email: 'nova@example.si' } }),
  );
  const town = screen.getByRole('textbox', { name: 'Kraj' });
  await user.clear(town);
  await user.type(town, 'Domžale{Enter}');
  await waitFor(() =>
    expect(commandsNamed(fake, 'customers.edit')).toEqual([
      {
        customerId: marija.customerId,
        baseVersion: 4,
        changes: { address: { ...marija.address, town: 'Domžale' } },
      },
    ]),
  );
});

test('the wrong person is replaced by searching, without the mouse after the button', async () => {
  const { user, fake } = await openWork();
  await user.click(screen.getByRole('button', { name: 'Ni ta oseba' }));
  await user.keyboard('ceh');
  await screen.findByRole('option', { name: /Bojan Čeh/ });
  await user.keyboard('{Enter}');
  expect(await screen.findByRole('heading', { name: 'Bojan Čeh' })).toBeTruthy();
  expect(commandsNamed(fake, 'calls.chooseCustomer')).toMatchObject([
    { customerId: bojan.customerId },
  ]);
});

test('the timeline is newest first, with the outcome as the project calls it', async () => {
  const { store } = await openWork();
  const entries = within(screen.getByRole('region', { name: /Zgodovina/ })).getAllByRole(
    'listitem',
  );
  expect(entries.map((entry) => entry.querySelector('strong')?.textContent)).toEqual([
    'Zavrnjeno: Predrago',
    'Naročilo',
    'Rešeno',
  ]);
  expect(store.getState().calls[callId]).toBeTruthy();
});

test.each(['sl', 'en'] as const)(
  'axe finds nothing wrong with the work area (%s)',
  async (language) => {
    const { user, container } = await openWork({ language });
    await user.keyboard('{Enter}{F9}');
    const { violations } = await axe.run(container, {
      rules: { 'color-contrast': { enabled: false } },
    });
    expect(violations.map((one) => [one.id, one.nodes.map((node) => node.html)])).toEqual([]);
  },
);

test('axe finds nothing wrong with the chooser and the form for a new customer', async () => {
  const { user, container } = await openWork({
    card: { match: 'several', customer: null, timeline: [], candidates: [marija, bojan] },
  });
  const found = async () =>
    (await axe.run(container, { rules: { 'color-contrast': { enabled: false } } })).violations.map(
      (one) => [one.id, one.nodes.map((node) => node.html)],
    );
  expect(await found()).toEqual([]);
  await user.click(screen.getByRole('button', { name: 'Nova stranka' }));
  expect(await found()).toEqual([]);
});
