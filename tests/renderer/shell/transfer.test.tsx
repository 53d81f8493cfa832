import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Call } from '#shared/model/call.ts';
import { colleagues, marijasCard, missedCall, ringing } from '../../support/fake-desk-data.ts';
import { axeFaults, callId, openDesk, otherId, type DeskBench } from './desk-bench.tsx';

let bench: DeskBench;
afterEach(() => bench[Symbol.dispose]());

const up = {
  phase: 'talking',
  audio: 'flowing',
  answeredAt: '2026-11-23T09:00:00.000Z',
} as const satisfies Partial<Call>;

async function inACall(): Promise<HTMLElement> {
  bench = await openDesk({
    set: (fake) => {
      fake.setCall(ringing(callId, up), marijasCard());
      fake.setLights(colleagues);
    },
  });
  return screen.findByRole('region', { name: 'Klic' });
}

/** Marija waits, the colleague at 203 is asked. */
async function consulting(phase: 'alerting' | 'talking' = 'talking'): Promise<HTMLElement> {
  const bar = await inACall();
  bench.fake.changeCall(callId, { phase: 'held' });
  bench.fake.setCall(
    ringing(otherId, {
      ...up,
      direction: 'out',
      phase,
      answeredAt: phase === 'talking' ? up.answeredAt : null,
      party: { number: null, written: '203', displayName: null, withheld: false },
      consultFor: callId,
    }),
  );
  await screen.findByRole('region', { name: 'Drugi klici' });
  return bar;
}

describe('a transfer', () => {
  it('is asked for with F8 while typing, and gives the field back with Escape', async () => {
    await inACall();
    const field = await screen.findByLabelText<HTMLInputElement>(/^Pokliči/);
    await bench.user.type(field, '04');
    await bench.user.keyboard('{F8}');
    const asked = await screen.findByRole('combobox', { name: /Predaj: Marija Žagar na/ });
    expect(document.activeElement).toBe(asked);
    await bench.user.keyboard('{Escape}');
    await waitFor(() => expect(document.activeElement).toBe(field));
    await bench.user.keyboard('1');
    expect(field.value).toBe('041');
    expect(bench.given('calls.transfer')).toEqual([]);
  });

  it('is told at the colleague’s desk with the name of who asks: no customer hears yet', async () => {
    bench = await openDesk({
      set: (fake) => {
        fake.setCall(
          ringing(callId, {
            ...up,
            party: { number: null, written: '203', displayName: 'Bor Novak', withheld: false },
          }),
          { ...marijasCard(), customer: null, handedBy: 'Bor Novak' },
        );
        fake.setLights(colleagues);
      },
    });
    const bar = await screen.findByRole('region', { name: 'Klic' });
    await within(bar).findByText('Sliši vas Bor Novak');
    bench.fake.changeCall(callId, { heldThere: true });
    await within(bar).findByText('Bor Novak: na čakanju ste');
    expect(within(bar).queryByText(/[Ss]tranka/)).toBeNull();
  });

  it('has nothing that axe objects to while it is asked for', async () => {
    await inACall();
    await bench.user.keyboard('{F8}');
    await screen.findByRole('combobox', { name: /Predaj/ });
    expect(await axeFaults()).toEqual([]);
  });

  it('shows who is free, who talks, and what is not known for sure', async () => {
    await inACall();
    await bench.user.keyboard('{F8}');
    const list = within(await screen.findByRole('listbox', { name: 'Sodelavci' }));
    const shown = list.getAllByRole('option').map((one) => one.textContent);
    expect(shown).toEqual(['203prost', '204v klicu', '205prost?']);
    await bench.user.keyboard('204');
    expect(list.getAllByRole('option')).toHaveLength(1);
  });

  it('asks the chosen colleague first with Enter, and keeps the customer’s card on the screen', async () => {
    await inACall();
    await bench.user.keyboard('{F8}');
    await screen.findByRole('listbox', { name: 'Sodelavci' });
    await bench.user.keyboard('{ArrowDown}{Enter}');
    await waitFor(() => expect(bench.given('calls.consult')).toEqual([{ callId, to: '203' }]));
    await waitFor(() => expect(screen.queryByRole('combobox', { name: /Predaj/ })).toBeNull());
    expect(bench.store.getState().focusedCallId).toBe(callId);
    const others = within(await screen.findByRole('region', { name: 'Drugi klici' }));
    expect(others.getByText('Marija Žagar')).toBeTruthy();
    expect(screen.getByText('Ne sliši vas še nihče')).toBeTruthy();
  });

  it('sends at once with Ctrl+Enter, tells how far it is, and who is back when it failed', async () => {
    await inACall();
    await bench.user.keyboard('{F8}040 765 432{Control>}{Enter}{/Control}');
    await waitFor(() =>
      expect(bench.given('calls.transfer')).toEqual([{ callId, to: '040 765 432' }]),
    );
    expect(await screen.findByText('Predajam na 040 765 432: Marija Žagar …')).toBeTruthy();
    bench.fake.changeCall(callId, { transfer: { to: '203', state: 'ringing' } });
    await screen.findByText(/Na 203 zvoni/);
    bench.fake.changeCall(callId, { transfer: { to: '203', state: 'failed', why: 'no-answer' } });
    await screen.findByText('Na 203 ni odgovora; Marija Žagar je spet z vami.');
    await bench.user.click(screen.getByRole('button', { name: 'Razumem' }));
    expect(screen.queryByText(/ni odgovora/)).toBeNull();
    // The same colleague may fail again; that is news again.
    bench.fake.changeCall(callId, { transfer: { to: '203', state: 'asked' } });
    await screen.findByText('Predajam na 203: Marija Žagar …');
    bench.fake.changeCall(callId, { transfer: { to: '203', state: 'failed', why: 'no-answer' } });
    await screen.findByText('Na 203 ni odgovora; Marija Žagar je spet z vami.');
  });

  it('leaves the call alone while it is being sent, and does not say that the customer hears', async () => {
    const bar = await inACall();
    bench.fake.changeCall(callId, { transfer: { to: '203', state: 'ringing' } });
    await within(bar).findByText('Klic se predaja');
    expect(within(bar).queryByText('Stranka vas sliši')).toBeNull();
    expect(
      within(bar)
        .getByRole('button', { name: /^Zadrži/ })
        .hasAttribute('disabled'),
    ).toBe(true);
    await bench.user.keyboard('{F3}{F8}');
    expect(bench.given('calls.hold')).toEqual([]);
    expect(screen.queryByRole('combobox', { name: /Predaj/ })).toBeNull();
  });

  it.each([
    ['busy', '203 je zaseden; Marija Žagar je spet z vami.'],
    ['declined', '203 je zavrnil klic; Marija Žagar je spet z vami.'],
    ['not-found', 'Številke 203 ni; Marija Žagar je spet z vami.'],
    ['refused', 'Centrala predaje na 203 ni sprejela; Marija Žagar je spet z vami.'],
    ['failed', 'Do 203 ni zveze; Marija Žagar je spet z vami.'],
  ] as const)('tells that it failed because: %s', async (why, text) => {
    await inACall();
    bench.fake.changeCall(callId, { transfer: { to: '203', state: 'failed', why } });
    expect(await screen.findByText(text)).toBeTruthy();
  });

  it('keeps what was typed when the exchange refuses it', async () => {
    await inACall();
    bench.fake.refuseNext('calls.transfer', 'REFUSED');
    await bench.user.keyboard('{F8}999{Control>}{Enter}{/Control}');
    await screen.findByText('Telefonska centrala tega ni sprejela.');
    expect(screen.getByRole<HTMLInputElement>('combobox', { name: /Predaj/ }).value).toBe('999');
  });

  it('is given up when the customer hangs up meanwhile', async () => {
    await inACall();
    await bench.user.keyboard('{F8}');
    await screen.findByRole('combobox', { name: /Predaj/ });
    bench.fake.hangUpThere(callId);
    await waitFor(() => expect(screen.queryByRole('combobox', { name: /Predaj/ })).toBeNull());
  });
});

describe('a consultation', () => {
  it('says by name who hears and who waits', async () => {
    const bar = await consulting();
    expect(within(bar).getByText('Sliši vas samo 203')).toBeTruthy();
    expect(within(bar).getByText('Glede: Marija Žagar.')).toBeTruthy();
    expect(await axeFaults()).toEqual([]);
  });

  it.each(['alerting', 'talking'] as const)('is completed with F8 (%s)', async (phase) => {
    await consulting(phase);
    await bench.user.keyboard('{F8}');
    await waitFor(() =>
      expect(bench.given('calls.completeTransfer')).toEqual([{ callId: otherId }]),
    );
    expect(bench.given('calls.transfer')).toEqual([]);
  });

  /** The desk takes the colleague's call off at once; why it ended, its history tells. */
  function consultEnds(end: 'no-answer' | 'hung-up-here'): void {
    bench.fake.gone(otherId);
    bench.fake.setHistory([missedCall({ callId: otherId, direction: 'out', end, task: null })]);
    bench.fake.changeCall(callId, { phase: 'talking' });
  }

  it('says why nothing came of it, until somebody else is asked', async () => {
    await consulting('alerting');
    consultEnds('no-answer');
    await screen.findByText('Na 203 ni odgovora; Marija Žagar je spet z vami.');
    await bench.user.keyboard('{F8}');
    await bench.user.type(await screen.findByRole('combobox', { name: /Predaj/ }), '204{Enter}');
    await waitFor(() => expect(bench.given('calls.consult')).toEqual([{ callId, to: '204' }]));
    await waitFor(() => expect(screen.queryByText(/ni odgovora/)).toBeNull());
  });

  it('tells of no failure where the operator went back', async () => {
    await consulting('alerting');
    consultEnds('hung-up-here');
    await screen.findByText('Stranka vas sliši');
    expect(screen.queryByRole('region', { name: 'Predaj' })).toBeNull();
  });

  it('swaps with F10, both ways', async () => {
    const bar = await consulting();
    await bench.user.keyboard('{F10}');
    await within(bar).findByText('Sliši vas samo Marija Žagar');
    await bench.user.keyboard('{F10}');
    await within(bar).findByText('Sliši vas samo 203');
    expect(bench.given('calls.swap')).toEqual([{ callId }, { callId: otherId }]);
  });

  it('goes back to the customer without the colleague', async () => {
    await consulting();
    await bench.user.click(screen.getByRole('button', { name: 'Nazaj: Marija Žagar' }));
    await waitFor(() => expect(bench.given('calls.hangUp')).toEqual([{ callId: otherId }]));
    // Who waited before the consultation would not be given back by its end alone.
    expect(bench.given('calls.swap')).toEqual([{ callId }]);
  });

  it('becomes a conference with Shift+F8, whose members can be spoken to alone or let go', async () => {
    const bar = await consulting();
    await bench.user.keyboard('{Shift>}{F8}{/Shift}');
    await within(bar).findByText('Slišijo vas vsi: Marija Žagar, 203');
    expect(bench.given('calls.conference')).toEqual([{ callIds: [callId, otherId] }]);
    expect(bench.given('calls.completeTransfer')).toEqual([]);
    expect(await axeFaults()).toEqual([]);
    const members = within(await screen.findByRole('region', { name: 'V konferenci' }));
    await bench.user.click(members.getByRole('button', { name: 'Na samem: Marija Žagar' }));
    await within(bar).findByText('Sliši vas samo Marija Žagar');
    expect(bench.given('calls.split')).toEqual([{ callId }]);
  });

  it('mutes and ends the whole conference with one key', async () => {
    const bar = await consulting();
    await bench.user.keyboard('{Shift>}{F8}{/Shift}');
    await within(bar).findByText(/Slišijo vas vsi/);
    await bench.user.keyboard('{F6}');
    await waitFor(() =>
      expect(bench.given('calls.mute')).toEqual([
        { callId, muted: true },
        { callId: otherId, muted: true },
      ]),
    );
    await bench.user.keyboard('{F4}');
    await waitFor(() => expect(bench.given('calls.hangUp')).toHaveLength(2));
  });
});
