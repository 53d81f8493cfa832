import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { emptyCard, marijasCard, ringing, taxi } from '../../support/fake-desk-data.ts';
import { axeFaults, callId, openDesk, otherId, type DeskBench } from './desk-bench.tsx';

let bench: DeskBench;
afterEach(() => bench[Symbol.dispose]());

const panel = () => screen.findByRole('article', { name: 'Dohodni klic' });

describe('a call that rings', () => {
  it('shows project, customer, number, waiting time and greeting before the answer', async () => {
    bench = await openDesk({ set: (fake) => fake.setCall(ringing(callId), marijasCard()) });
    const shown = within(await panel());
    expect(shown.getByText('Internet+')).toBeTruthy();
    expect(shown.getByText('Marija Žagar')).toBeTruthy();
    expect(shown.getByText('041 123 456')).toBeTruthy();
    expect(shown.getByText(/^čaka 0:3\d$/)).toBeTruthy();
    expect(
      shown.getByText('Dober dan, Internet+, Ana Kovač pri telefonu. Kako vam lahko pomagam?'),
    ).toBeTruthy();
    expect(bench.given('calls.answer')).toEqual([]);
    expect(await axeFaults()).toEqual([]);
  });

  it('opens the customer’s card beside it when no other card is open', async () => {
    bench = await openDesk({ set: (fake) => fake.setCall(ringing(callId), marijasCard()) });
    await panel();
    expect(bench.store.getState().focusedCallId).toBe(callId);
    expect(screen.getByRole('tab', { name: /Marija Žagar/ }).ariaSelected).toBe('true');
  });

  it('says that a number is withheld, and that the customer is not known', async () => {
    bench = await openDesk({
      set: (fake) =>
        fake.setCall(
          ringing(callId, {
            party: { number: null, written: null, displayName: null, withheld: true },
            waitedSeconds: null,
          }),
          { ...emptyCard(), project: taxi },
        ),
    });
    const shown = within(await panel());
    expect(shown.getByText('Skrita številka')).toBeTruthy();
    expect(shown.getByText('Neznana stranka')).toBeTruthy();
    expect(shown.getByText(/^zvoni 0:0\d$/)).toBeTruthy();
  });

  it('counts the possible customers in the right plural', async () => {
    const { customer } = marijasCard();
    const two = customer ? [customer, { ...customer, customerId: otherId }] : [];
    bench = await openDesk({
      set: (fake) =>
        fake.setCall(ringing(callId), { ...emptyCard(), match: 'several', candidates: two }),
    });
    expect(within(await panel()).getByText('2 možni stranki')).toBeTruthy();
  });

  it('does not take the focus, the typed text or the screen from the operator', async () => {
    bench = await openDesk();
    const field = await screen.findByLabelText<HTMLInputElement>(/^Pokliči/);
    await bench.user.type(field, '0401');
    bench.fake.setCall(ringing(callId), marijasCard());
    await panel();
    expect(document.activeElement).toBe(field);
    await bench.user.keyboard('23');
    expect(field.value).toBe('040123');
  });

  it('leaves another card on the screen until it is answered', async () => {
    bench = await openDesk({
      set: (fake) =>
        fake.setCall(
          ringing(otherId, {
            phase: 'ended',
            end: 'hung-up-there',
            answeredAt: '2026-11-23T10:00:00.000Z',
            endedAt: '2026-11-23T10:01:00.000Z',
          }),
          marijasCard(),
        ),
    });
    await screen.findByRole('tab', { name: /Marija Žagar/ });
    bench.fake.setCall(ringing(callId), { ...emptyCard(), project: taxi });
    await panel();
    expect(bench.store.getState().focusedCallId).toBe(otherId);
    await bench.user.keyboard('{F2}');
    await waitFor(() => expect(bench.store.getState().focusedCallId).toBe(callId));
    expect(screen.getAllByRole('tab')).toHaveLength(2);
  });

  it('is answered with F2 while the operator types, once however long the key is held', async () => {
    bench = await openDesk({ set: (fake) => fake.setCall(ringing(callId), marijasCard()) });
    await bench.user.click(await screen.findByLabelText(/^Pokliči/));
    await bench.user.keyboard('{F2>3/}');
    await screen.findByText('Pogovor');
    expect(bench.given('calls.answer')).toEqual([{ callId }]);
  });

  it('is rejected with F4 as busy, or with a reason from the menu', async () => {
    bench = await openDesk({ set: (fake) => fake.setCall(ringing(callId), marijasCard()) });
    await bench.user.click(within(await panel()).getByRole('button', { name: /Zavrni/ }));
    await bench.user.click(await screen.findByRole('menuitem', { name: 'Nazaj v vrsto' }));
    await waitFor(() =>
      expect(bench.given('calls.reject')).toEqual([{ callId, reason: 'to-queue' }]),
    );
    bench.fake.setCall(ringing(otherId), marijasCard());
    await panel();
    await bench.user.keyboard('{F4}');
    await waitFor(() => expect(bench.given('calls.reject')).toHaveLength(2));
    expect(bench.given('calls.reject')[1]).toEqual({ callId: otherId, reason: 'busy' });
  });

  it('is offered to be sent back to the queue only where it came from one', async () => {
    bench = await openDesk({
      set: (fake) => fake.setCall(ringing(callId, { queue: null }), marijasCard()),
    });
    await bench.user.click(within(await panel()).getByRole('button', { name: /Zavrni/ }));
    await screen.findByRole('menuitem', { name: 'Zasedeno' });
    expect(screen.queryByRole('menuitem', { name: 'Nazaj v vrsto' })).toBeNull();
  });

  it('rings beside a call that is up without moving it away', async () => {
    bench = await openDesk({
      set: (fake) => {
        fake.setCall(ringing(callId, { phase: 'talking', audio: 'flowing' }), marijasCard());
        fake.setCall(ringing(otherId), { ...emptyCard(), project: taxi });
      },
    });
    expect(await screen.findByText('Pogovor')).toBeTruthy();
    expect(within(await panel()).getByText('Taksi Center')).toBeTruthy();
    await bench.user.keyboard('{F4}');
    await waitFor(() => expect(bench.given('calls.hangUp')).toEqual([{ callId }]));
    expect(bench.given('calls.reject')).toEqual([]);
  });

  it('shows a refused answer as a sentence with a way out', async () => {
    bench = await openDesk({ set: (fake) => fake.setCall(ringing(callId), marijasCard()) });
    await panel();
    bench.fake.refuseNext('calls.answer', 'NO_VOICE');
    await bench.user.keyboard('{F2}');
    expect(await screen.findByText('Zvok ne deluje.')).toBeTruthy();
    expect(screen.getByText(/dovolite mikrofon/)).toBeTruthy();
  });
});
