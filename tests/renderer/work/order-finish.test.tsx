import { act, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { emptyDraft, type Draft } from '#shared/model/draft.ts';
import type { DeskStore } from '../../../src-renderer/desk/state/desk-store.ts';
import { marijasCard } from '../../support/fake-desk-data.ts';
import type { FakeDesk } from '../../support/fake-desk.ts';
import { callId, commandsNamed, openWork, savedDrafts } from './work-bench.tsx';

const said = { who: '2026-11-23T10:00:00.000Z', account: '2026-11-23T10:00:10.000Z' };
const filled: Draft = {
  ...emptyDraft,
  form: { name: 'Marija Žagar', street: 'Cankarjeva ulica 4', package: '200' },
  said: { ...said, passport: '2026-11-23T10:00:20.000Z' },
};

async function hangUp(fake: FakeDesk) {
  await act(async () => fake.hangUpThere(callId));
}

test('what was not said is shown beside Save and blocks it', async () => {
  const { user, fake } = await openWork({ card: { draft: { ...filled, said } } });
  const missing = screen.getByRole('list', { name: 'Še 1 stvar je treba povedati:' });
  expect(within(missing).getByText('Osebni dokument ob obisku')).toBeTruthy();

  await user.keyboard('{F9}');
  expect(commandsNamed(fake, 'calls.placeOrder')).toEqual([]);
  const item = screen.getByRole('checkbox', { name: 'Osebni dokument ob obisku' });
  expect(document.activeElement).toBe(item);

  await user.keyboard(' ');
  expect(screen.queryByRole('list', { name: /treba povedati:/ })).toBeNull();
  await user.keyboard('{F9}');
  await waitFor(() => expect(commandsNamed(fake, 'calls.placeOrder')).toHaveLength(1));
});

test('F9 saves the order once; it is here, then with the server', async () => {
  const { user, fake, store } = await openWork({ card: { draft: filled } });
  await user.keyboard('{F9}{F9}');
  expect(await screen.findByText('shranjeno tukaj')).toBeTruthy();
  expect(commandsNamed(fake, 'calls.placeOrder')).toHaveLength(1);
  expect(screen.getByRole('button', { name: 'Shranjeno' })).toHaveProperty('disabled', true);

  const [order] = placedOrders(store);
  expect(order?.order.amountDue).toEqual({ cents: 2900, currency: 'EUR' });
  await act(async () =>
    fake.changeCard(callId, { orders: order ? [{ ...order, state: 'with-server' }] : [] }),
  );
  expect(await screen.findByText('na strežniku')).toBeTruthy();
});

test('a refused order says why and can be saved again', async () => {
  const { user, fake, store } = await openWork({ card: { draft: filled } });
  await user.keyboard('{F9}');
  await screen.findByText('shranjeno tukaj');
  const [order] = placedOrders(store);
  await act(async () =>
    fake.changeCard(callId, {
      orders: order
        ? [{ ...order, state: 'refused', refusal: { code: 'form-invalid', details: {} } }]
        : [],
    }),
  );
  expect(await screen.findByText(/Strežnik pravi, da odgovori niso v skladu/)).toBeTruthy();
  await user.keyboard('{F9}');
  await waitFor(() => expect(commandsNamed(fake, 'calls.placeOrder')).toHaveLength(2));
});

test('a fault that only main finds is shown at its field, and the text stays', async () => {
  const { user, fake } = await openWork({ card: { draft: filled } });
  fake.refuseNext('calls.placeOrder', 'FORM_INVALID', {
    faults: [{ at: '/street', keyword: 'pattern', message: 'no such street' }],
  });
  await user.keyboard('{F9}');
  const list = await screen.findByRole('list', { name: '1 napaka v obrazcu' });
  expect(within(list).getByText('Naslov: ni v pravi obliki')).toBeTruthy();
  const street = screen.getByRole('textbox', { name: 'Naslov' });
  expect(street).toHaveProperty('value', 'Cankarjeva ulica 4');
  await user.type(street, 'a');
  expect(screen.queryByRole('list', { name: '1 napaka v obrazcu' })).toBeNull();
});

test('items that only main misses are shown too', async () => {
  const { user, fake } = await openWork({ card: { draft: filled } });
  fake.refuseNext('calls.placeOrder', 'UNSAID', { items: ['who'] });
  await user.keyboard('{F9}');
  await waitFor(() => expect(commandsNamed(fake, 'calls.placeOrder')).toHaveLength(1));
  const list = await screen.findByRole('list', { name: 'Še 1 stvar je treba povedati:' });
  expect(within(list).getByText('Kdo kliče in zakaj')).toBeTruthy();
});

test('a disk that cannot be written is told, and the order can be saved again', async () => {
  const { user, fake } = await openWork({ card: { draft: filled } });
  fake.refuseNext('calls.placeOrder', 'NOT_STORED', { reason: 'disk full' });
  await user.keyboard('{F9}');
  expect(await screen.findByRole('alert')).toBeTruthy();
  await user.keyboard('{F9}');
  expect(await screen.findByText('shranjeno tukaj')).toBeTruthy();
});

test('answers of fields that are not there are not sent with the order', async () => {
  const { user, fake, store } = await openWork({
    card: { draft: { ...filled, form: { ...filled.form, gone: 'x' } } },
  });
  await user.keyboard('{F9}');
  await screen.findByText('shranjeno tukaj');
  expect(commandsNamed(fake, 'calls.placeOrder')).toMatchObject([{ draft: { form: filled.form } }]);
  expect(placedOrders(store)[0]?.order.answers).not.toHaveProperty('gone');
});

test('while the call is up it says to hang up first; then F9 finishes with the order as outcome', async () => {
  const { user, fake } = await openWork({ card: { draft: filled } });
  await user.keyboard('{F9}');
  await screen.findByText('shranjeno tukaj');
  await user.keyboard('{F9}');
  expect(await screen.findByText('Najprej prekinite klic (F4).')).toBeTruthy();
  expect(commandsNamed(fake, 'calls.finish')).toEqual([]);

  await hangUp(fake);
  await user.type(screen.getByRole('textbox', { name: 'Zaznamek o klicu' }), 'Vse v redu');
  await user.keyboard('{F9}');
  await waitFor(() =>
    expect(commandsNamed(fake, 'calls.finish')).toEqual([
      { callId, outcome: 'order', reason: null, note: 'Vse v redu' },
    ]),
  );
  expect(savedDrafts(fake).at(-1)?.note).toBe('Vse v redu');
  await waitFor(() => expect(screen.queryByText('Izid klica')).toBeNull());
});

test('one key names the outcome, a digit the reason; without the reason it does not finish', async () => {
  const { user, fake } = await openWork();
  await hangUp(fake);
  await screen.findByText('Izberite izid.');
  await user.keyboard('z');
  expect(screen.getByRole('button', { name: 'Zavrnjeno' }).getAttribute('aria-pressed')).toBe(
    'true',
  );
  await user.keyboard('{F9}');
  expect(await screen.findByText('Izberite razlog.')).toBeTruthy();
  expect(commandsNamed(fake, 'calls.finish')).toEqual([]);
  await user.keyboard('1{F9}');
  await waitFor(() =>
    expect(commandsNamed(fake, 'calls.finish')).toMatchObject([
      { outcome: 'refused', reason: 'price' },
    ]),
  );
  expect(commandsNamed(fake, 'calls.placeOrder')).toEqual([]);
});

test('a call nobody answered is finished without an outcome', async () => {
  const { user, fake } = await openWork({
    call: { phase: 'ended', end: 'missed', answeredAt: null, endedAt: new Date().toISOString() },
    card: { draft: emptyDraft },
  });
  await user.keyboard('{F9}');
  await waitFor(() =>
    expect(commandsNamed(fake, 'calls.finish')).toMatchObject([{ outcome: null, reason: null }]),
  );
});

test('the draft is back after a reload, and an older snapshot does not undo what is typed', async () => {
  const first = await openWork({ card: { draft: emptyDraft } });
  const { fake } = first;
  const name = screen.getByRole('textbox', { name: 'Ime in priimek' });
  const release = fake.holdNext('calls.saveDraft');
  await first.user.type(name, 'Marija');
  // The call changes while the text is not saved yet: the snapshot carries the old draft.
  await act(async () => fake.changeCall(callId, { muted: true }));
  expect(name).toHaveProperty('value', 'Marija');
  expect(screen.getByText('še ni shranjeno')).toBeTruthy();
  release();
  expect(await screen.findByText(/^shranjeno/)).toBeTruthy();
  first.close();

  const { user } = await openWork({ fake });
  const again = screen.getByRole('textbox', { name: 'Ime in priimek' });
  expect(again).toHaveProperty('value', 'Marija');
  await user.type(again, ' Žagar');
  expect(again).toHaveProperty('value', 'Marija Žagar');
});

test('a draft that cannot be stored is told and kept', async () => {
  const { user, fake } = await openWork({ card: { draft: emptyDraft } });
  fake.refuseNext('calls.saveDraft', 'NOT_STORED', { reason: 'disk full' });
  // At one stroke: a second letter would save again, and well.
  await user.click(screen.getByRole('textbox', { name: 'Ime in priimek' }));
  await user.paste('Ana');
  expect(await screen.findByText(/Osnutka ni mogoče zapisati na disk/)).toBeTruthy();
  expect(screen.getByRole('textbox', { name: 'Ime in priimek' })).toHaveProperty('value', 'Ana');
  await user.click(screen.getByRole('button', { name: 'Poskusi znova' }));
  expect(await screen.findByText(/^shranjeno/)).toBeTruthy();
  expect(savedDrafts(fake).at(-1)?.form).toEqual({ name: 'Ana' });
});

function placedOrders(store: DeskStore) {
  return store.getState().calls[callId]?.card.orders ?? [];
}

test('the card of a project without a form can be finished all the same', async () => {
  const { user, fake } = await openWork({
    card: { ...marijasCard(), form: null, script: null },
  });
  await hangUp(fake);
  await user.keyboard('r{F9}');
  await waitFor(() =>
    expect(commandsNamed(fake, 'calls.finish')).toMatchObject([{ outcome: 'solved' }]),
  );
});
