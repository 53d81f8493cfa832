import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { marija, missedCall, taxi } from '../../support/fake-desk-data.ts';
import { axeFaults, openDesk, type DeskBench } from '../shell/desk-bench.tsx';

let bench: DeskBench;
afterEach(() => bench[Symbol.dispose]());

const missed = missedCall();
const dialled = missedCall({
  callId: '0192f0af-0000-7000-8000-000000000002',
  direction: 'out',
  customerId: null,
  customerName: null,
  projectId: taxi.projectId,
  party: { number: '+38631555104', written: '031555104', displayName: null, withheld: false },
  end: 'no-answer',
  task: null,
});
const talked = missedCall({
  callId: '0192f0af-0000-7000-8000-000000000003',
  answeredAt: '2026-11-23T08:00:00.000Z',
  endedAt: '2026-11-23T08:03:55.000Z',
  end: 'hung-up-there',
  task: null,
});
const withheld = missedCall({
  callId: '0192f0af-0000-7000-8000-000000000004',
  customerId: null,
  customerName: null,
  party: { number: null, written: null, displayName: null, withheld: true },
  task: null,
});

async function openHistory(): Promise<void> {
  bench = await openDesk({
    set: (fake) => fake.setHistory([dialled, missed, talked, withheld]),
  });
  await bench.user.click(await screen.findByRole('button', { name: /^Zgodovina/ }));
  await screen.findByRole('heading', { name: 'Opravljeni in prejeti klici' });
}

describe('the history', () => {
  it('counts missed calls on the rail and puts them on top', async () => {
    await openHistory();
    expect(screen.getByRole('button', { name: /^Zgodovina\s*1$/ })).toBeTruthy();
    const tasks = within(screen.getByRole('region', { name: 'Treba je poklicati' }));
    expect(tasks.getAllByRole('listitem')).toHaveLength(1);
    expect(tasks.getByText('Marija Žagar')).toBeTruthy();
    expect(tasks.getByText('Neodgovorjen klic.')).toBeTruthy();
    const earlier = within(screen.getByRole('region', { name: 'Prejšnji' }));
    expect(earlier.getByText('pogovor 3:55')).toBeTruthy();
    expect(earlier.getByText('Ni odgovora.')).toBeTruthy();
    expect(await axeFaults()).toEqual([]);
  });

  it('calls back with Enter and closes a task with Delete, by arrows alone', async () => {
    await openHistory();
    const tasks = within(screen.getByRole('region', { name: 'Treba je poklicati' }));
    tasks.getByRole('button', { name: 'Pokliči nazaj' }).focus();
    await bench.user.keyboard('{ArrowDown}{Enter}');
    await waitFor(() =>
      expect(bench.given('calls.callBack')).toEqual([{ callId: dialled.callId }]),
    );
    bench.store.setState({ screen: 'history' });
    const again = within(await screen.findByRole('region', { name: 'Treba je poklicati' }));
    again.getByRole('button', { name: 'Pokliči nazaj' }).focus();
    await bench.user.keyboard('{Delete}');
    await waitFor(() =>
      expect(bench.given('calls.closeTask')).toEqual([{ callId: missed.callId }]),
    );
    await waitFor(() => expect(screen.queryByRole('region', { name: /Treba/ })).toBeNull());
    expect(screen.getByRole('button', { name: /^Zgodovina$/ })).toBeTruthy();
  });

  it('does not call anybody with Delete, nor close what is no task', async () => {
    await openHistory();
    const earlier = within(screen.getByRole('region', { name: 'Prejšnji' }));
    earlier.getByRole('button', { name: 'Pokliči znova' }).focus();
    await bench.user.keyboard('{Delete}');
    expect(bench.given('calls.closeTask')).toEqual([]);
    expect(bench.given('calls.callBack')).toEqual([]);
  });

  it('cannot call back who withheld the number, and says so', async () => {
    await openHistory();
    const row = screen.getByText('Skrita številka').closest('li');
    expect(
      within(row!).getByRole<HTMLButtonElement>('button', { name: 'Pokliči nazaj' }).disabled,
    ).toBe(true);
  });

  it('opens the customer', async () => {
    await openHistory();
    const tasks = within(screen.getByRole('region', { name: 'Treba je poklicati' }));
    await bench.user.click(tasks.getByRole('button', { name: 'Odpri stranko' }));
    await waitFor(() =>
      expect(bench.given('customers.open')).toEqual([{ customerId: marija.customerId }]),
    );
  });

  it('shows only the missed ones where that is wished, or that there are none', async () => {
    bench = await openDesk({ set: (fake) => fake.setHistory([dialled, talked]) });
    await bench.user.click(await screen.findByRole('button', { name: /^Zgodovina/ }));
    await screen.findByText('pogovor 3:55');
    await bench.user.click(screen.getByText('Neodgovorjene'));
    expect(await screen.findByText(/Ni neodgovorjenih klicev/)).toBeTruthy();
    bench.fake.setHistory([dialled, { ...missed, task: 'done' }]);
    expect(await screen.findByText('Marija Žagar')).toBeTruthy();
    expect(screen.queryByText('Ni odgovora.')).toBeNull();
  });
});
