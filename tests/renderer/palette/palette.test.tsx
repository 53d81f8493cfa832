import { screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { marija, marijasCard, ringing } from '../../support/fake-desk-data.ts';
import { axeFaults, callId, openDesk, otherId, type DeskBench } from '../shell/desk-bench.tsx';

let bench: DeskBench;
afterEach(() => bench[Symbol.dispose]());

describe('the palette', () => {
  it('finds a customer without carons and opens the page', async () => {
    bench = await openDesk();
    await screen.findByRole('navigation', { name: 'Zasloni' });
    await bench.user.keyboard('{Control>}k{/Control}');
    await bench.user.type(
      await screen.findByPlaceholderText('Ukaz, stranka ali številka'),
      'zagar',
    );
    await bench.user.click(await screen.findByText('Cankarjeva ulica 4, Kamnik'));
    await waitFor(() =>
      expect(bench.given('customers.open')).toEqual([{ customerId: marija.customerId }]),
    );
    expect(bench.store.getState().screen).toBe('customers');
  });

  it('opens the first customer found with Enter, and sends tones into the call', async () => {
    bench = await openDesk({
      set: (fake) => fake.setCall(ringing(callId, { phase: 'talking' }), marijasCard()),
    });
    await screen.findByRole('tab', { name: /Marija Žagar/ });
    await bench.user.keyboard('{Control>}k{/Control}');
    await bench.user.type(await screen.findByPlaceholderText(/Ukaz/), 'zagar');
    await screen.findByText('Cankarjeva ulica 4, Kamnik');
    await bench.user.keyboard('{Enter}');
    await waitFor(() =>
      expect(bench.given('customers.open')).toEqual([{ customerId: marija.customerId }]),
    );
    await bench.user.keyboard('{Control>}k{/Control}');
    await bench.user.type(await screen.findByPlaceholderText(/Ukaz/), '12#');
    await screen.findByText('Pošlji tone 12#');
    await bench.user.keyboard('{Enter}');
    await waitFor(() => expect(bench.given('calls.sendDtmf')).toEqual([{ callId, tones: '12#' }]));
  });

  const palette = async (typed: string) => {
    await bench.user.keyboard('{Control>}k{/Control}');
    await bench.user.type(await screen.findByPlaceholderText(/Ukaz/), typed);
  };

  it('sends digits into the call before it would call a number with them', async () => {
    bench = await openDesk({
      set: (fake) => fake.setCall(ringing(callId, { phase: 'talking' }), marijasCard()),
    });
    await screen.findByRole('tab', { name: /Marija Žagar/ });
    await palette('1234');
    await screen.findByText('Pošlji tone 1234');
    await bench.user.keyboard('{Enter}');
    await waitFor(() => expect(bench.given('calls.sendDtmf')).toEqual([{ callId, tones: '1234' }]));
    expect(bench.given('calls.dial')).toEqual([]);
  });

  it('opens the keypad, whose digits are typed then', async () => {
    bench = await openDesk({
      set: (fake) => fake.setCall(ringing(callId, { phase: 'talking' }), marijasCard()),
    });
    await screen.findByRole('tab', { name: /Marija Žagar/ });
    await palette('tipke');
    await bench.user.keyboard('{Enter}');
    await screen.findByRole('button', { name: 'Ton 5' });
    await waitFor(() => expect(document.activeElement?.closest('[role="dialog"]')).toBeTruthy());
    await bench.user.keyboard('7');
    await waitFor(() => expect(bench.given('calls.sendDtmf')).toEqual([{ callId, tones: '7' }]));
  });

  it('refuses what rings for each reason', async () => {
    bench = await openDesk({ set: (fake) => fake.setCall(ringing(callId), marijasCard()) });
    await screen.findByRole('tab', { name: /Marija Žagar/ });
    await palette('ne moti');
    await bench.user.keyboard('{Enter}');
    await waitFor(() =>
      expect(bench.given('calls.reject')).toEqual([{ callId, reason: 'do-not-disturb' }]),
    );
  });

  it('offers only what works: neither hold nor transfer while it rings there', async () => {
    bench = await openDesk({
      set: (fake) =>
        fake.setCall(ringing(callId, { phase: 'alerting', direction: 'out' }), marijasCard()),
    });
    await screen.findByRole('tab', { name: /Marija Žagar/ });
    await palette('klic');
    await screen.findByText('Prekini klic');
    expect(screen.queryByText('Zadrži klic')).toBeNull();
    expect(screen.queryByText('Predaj klic')).toBeNull();
  });

  it('ends a conference for all', async () => {
    const joined = { phase: 'talking', inConference: true } as const;
    bench = await openDesk({
      set: (fake) => {
        fake.setCall(ringing(callId, joined), marijasCard());
        fake.setCall(ringing(otherId, joined), marijasCard());
      },
    });
    await screen.findByRole('region', { name: 'V konferenci' });
    await palette('prekini vsem');
    await bench.user.keyboard('{Enter}');
    await waitFor(() => expect(bench.given('calls.hangUp')).toHaveLength(2));
  });

  it('gives commands and calls numbers, by keyboard alone', async () => {
    bench = await openDesk();
    await screen.findByRole('navigation', { name: 'Zasloni' });
    await bench.user.keyboard('{Control>}k{/Control}');
    await bench.user.type(await screen.findByPlaceholderText(/Ukaz/), 'malic');
    await bench.user.keyboard('{Enter}');
    await waitFor(() => expect(bench.given('operator.notReady')).toEqual([{ reason: 'lunch' }]));
    await bench.user.keyboard('{Control>}k{/Control}');
    await bench.user.type(await screen.findByPlaceholderText(/Ukaz/), '041 123 456');
    await screen.findByText('Pokliči 041 123 456');
    expect(await axeFaults()).toEqual([]);
    await bench.user.keyboard('{Enter}');
    await waitFor(() => expect(bench.given('calls.dial')).toHaveLength(1));
  });
});
