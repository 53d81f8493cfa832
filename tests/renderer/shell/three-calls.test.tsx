import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Call } from '#shared/model/call.ts';
import { bojan, emptyCard, marijasCard, ringing, taxi } from '../../support/fake-desk-data.ts';
import { axeFaults, callId, openDesk, otherId, type DeskBench } from './desk-bench.tsx';

let bench: DeskBench;
afterEach(() => bench[Symbol.dispose]());

const thirdId = '0192f0ac-0000-7000-8000-000000000003';
const up = {
  phase: 'held',
  audio: 'flowing',
  answeredAt: '2026-11-23T09:00:00.000Z',
} as const satisfies Partial<Call>;
const at203 = { number: null, written: '203', displayName: null, withheld: false } as const;

/** Marija and Bojan wait; the third call is talked to. */
async function threeCalls(third: Partial<Call>): Promise<HTMLElement> {
  bench = await openDesk({
    set: (fake) => {
      fake.setCall(ringing(callId, up), marijasCard());
      fake.setCall(ringing(otherId, up), { ...emptyCard(), customer: bojan, project: taxi });
      fake.setCall(
        ringing(thirdId, { ...up, phase: 'talking', party: at203, direction: 'out', ...third }),
      );
    },
  });
  return screen.findByRole('region', { name: 'Klic' });
}

describe('with three calls', () => {
  it('each that waits can be talked to by a button of its own', async () => {
    const bar = await threeCalls({});
    await within(bar).findByText('Sliši vas samo 203');
    await bench.user.click(screen.getByRole('button', { name: 'Govori: Marija Žagar' }));
    await within(bar).findByText('Sliši vas samo Marija Žagar');
    await bench.user.click(screen.getByRole('button', { name: 'Govori: Bojan Čeh' }));
    await within(bar).findByText('Sliši vas samo Bojan Čeh');
    await bench.user.keyboard('{F10}');
    await within(bar).findByText('Sliši vas samo Marija Žagar');
    expect(bench.given('calls.swap')).toEqual([{ callId }, { callId: otherId }, { callId }]);
    expect(await axeFaults()).toEqual([]);
  });

  it('one that still rings there can be hung up beside the one talked to', async () => {
    await threeCalls({});
    bench.fake.changeCall(callId, { phase: 'alerting', direction: 'out' });
    await bench.user.click(await screen.findByRole('button', { name: 'Prekini: Marija Žagar' }));
    await waitFor(() => expect(bench.given('calls.hangUp')).toEqual([{ callId }]));
  });

  it('F10 takes back whom the operator was with when nobody is talked to', async () => {
    const bar = await threeCalls({});
    await bench.user.keyboard('{F3}');
    await within(bar).findByRole('button', { name: 'Nadaljuj' });
    await bench.user.keyboard('{F10}');
    await within(bar).findByText('Sliši vas samo 203');
    expect(bench.given('calls.swap')).toEqual([{ callId: thirdId }]);
  });

  it('a consultation is swapped, joined and completed with its own customer', async () => {
    const bar = await threeCalls({ consultFor: otherId });
    await within(bar).findByText('Glede: Bojan Čeh.');
    await bench.user.keyboard('{F10}');
    await within(bar).findByText('Sliši vas samo Bojan Čeh');
    await bench.user.keyboard('{Shift>}{F8}{/Shift}');
    await waitFor(() =>
      expect(bench.given('calls.conference')).toEqual([{ callIds: [otherId, thirdId] }]),
    );
  });

  it('tells how each call that is being sent fares, also beside the bar, until it is understood', async () => {
    const bar = await threeCalls({});
    bench.fake.changeCall(callId, { transfer: { to: '204', state: 'ringing' } });
    await screen.findByText('Na 204 zvoni … Marija Žagar odide, ko se kdo oglasi.');
    const talk = screen.getByRole<HTMLButtonElement>('button', { name: 'Govori: Marija Žagar' });
    expect(talk.disabled).toBe(true);
    const why = 'no-answer';
    bench.fake.changeCall(callId, { transfer: { to: '204', state: 'failed', why } });
    // She waits; she is not "with you again" while another one is talked to.
    await screen.findByText('Na 204 ni odgovora; Marija Žagar je na čakanju.');
    expect(within(bar).getByText('Sliši vas samo 203')).toBeTruthy();
    await bench.user.click(screen.getByRole('button', { name: 'Drugam' }));
    await screen.findByRole('combobox', { name: 'Predaj: Marija Žagar na' });
    await bench.user.keyboard('{Escape}');
    await bench.user.click(await screen.findByRole('button', { name: 'Razumem' }));
    await waitFor(() => expect(screen.queryByText(/ni odgovora/)).toBeNull());
  });

  it('F8 transfers the call in the bar, not one of a consultation it has no part in', async () => {
    const bar = await threeCalls({ consultFor: otherId });
    await bench.user.click(screen.getByRole('button', { name: 'Govori: Marija Žagar' }));
    await within(bar).findByText('Sliši vas samo Marija Žagar');
    await bench.user.keyboard('{F8}');
    await screen.findByRole('combobox', { name: 'Predaj: Marija Žagar na' });
    expect(bench.given('calls.completeTransfer')).toEqual([]);
  });
});
