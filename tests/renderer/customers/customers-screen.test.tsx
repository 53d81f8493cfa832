import { screen, waitFor } from '@testing-library/react';
import axe from 'axe-core';
import { expect, test } from 'vitest';
import { CustomersScreen } from '../../../src-renderer/desk/customers/CustomersScreen.tsx';
import { bojan, marija } from '../../support/fake-desk-data.ts';
import { createFakeDesk } from '../../support/fake-desk.ts';
import { commandsNamed, openPage } from '../work/work-bench.tsx';

async function openScreen() {
  const fake = createFakeDesk();
  const page = openPage(fake, <CustomersScreen />);
  await waitFor(() => expect(page.store.getState().session).not.toBeNull());
  return { fake, ...page };
}

test('results come as you type; arrows and Enter open one; a number is called', async () => {
  const { user, fake } = await openScreen();
  const box = screen.getByRole('combobox', { name: 'Iskanje strank' });
  expect(document.activeElement).toBe(box);
  await user.keyboard('si');
  expect(await screen.findByText('2 zadetka')).toBeTruthy();
  await user.keyboard('{ArrowDown}{ArrowDown}{Enter}');
  expect(await screen.findByRole('heading', { name: 'Bojan Čeh' })).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Pokliči' }));
  await waitFor(() =>
    expect(commandsNamed(fake, 'calls.dial')).toEqual([
      { number: '+38640765432', projectId: 'internet-plus', customerId: bojan.customerId },
    ]),
  );
});

test('quick typing asks the base once, for the whole text', async () => {
  const { user, fake } = await openScreen();
  await user.keyboard('zagar');
  await screen.findByText('1 zadetek');
  expect(commandsNamed(fake, 'customers.search').at(-1)).toEqual({ text: 'zagar', limit: 50 });
  expect(commandsNamed(fake, 'customers.search').length).toBeLessThan(5);
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('option')).toBeNull();
});

test('nobody found, and a base that does not answer, are said', async () => {
  const { user, fake } = await openScreen();
  await user.keyboard('xyzq');
  expect(await screen.findByText('Za »xyzq« ni nikogar.')).toBeTruthy();
  fake.refuseNext('customers.search', 'NOT_ALLOWED');
  await user.keyboard('q');
  await waitFor(() => expect(screen.getByRole('status').textContent).not.toContain('xyzq'));
});

test('the customer’s page shows the timeline and takes edits', async () => {
  const { user, fake, container } = await openScreen();
  await user.keyboard('zagar');
  await screen.findByRole('option', { name: /Marija Žagar/ });
  await user.keyboard('{Enter}');
  expect(await screen.findByText('Zavrnjeno: Predrago')).toBeTruthy();
  const { violations } = await axe.run(container, {
    rules: { 'color-contrast': { enabled: false } },
  });
  expect(violations.map((one) => [one.id, one.nodes.map((node) => node.html)])).toEqual([]);

  await user.click(screen.getByRole('button', { name: 'Uredi' }));
  await user.type(screen.getByRole('textbox', { name: 'Opomba' }), 'Kliči zvečer');
  await user.click(screen.getByRole('button', { name: 'Shrani' }));
  await waitFor(() =>
    expect(commandsNamed(fake, 'customers.edit')).toEqual([
      { customerId: marija.customerId, baseVersion: 4, changes: { note: 'Kliči zvečer' } },
    ]),
  );
  expect(await screen.findByText('Kliči zvečer')).toBeTruthy();
});
