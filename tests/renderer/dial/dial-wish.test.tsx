import { screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { marijasCard, missedCall, ringing } from '../../support/fake-desk-data.ts';
import { callId, openDesk, type DeskBench } from '../shell/desk-bench.tsx';

let bench: DeskBench;
afterEach(() => bench[Symbol.dispose]());

const dialField = () => screen.findByLabelText<HTMLInputElement>(/^Pokliči/);

describe('a number that a link brings', () => {
  it('stands in the dial box with the focus on it, and only a person dials it', async () => {
    bench = await openDesk();
    const field = await dialField();
    bench.fake.wishToDial('+38640765432');
    await waitFor(() => expect(field.value).toBe('+38640765432'));
    await waitFor(() => expect(document.activeElement).toBe(field));
    await waitFor(() => expect(bench.given('calls.dialWishSeen')).toHaveLength(1));
    expect(bench.given('calls.dial')).toEqual([]);
    await bench.user.keyboard('{Enter}');
    await waitFor(() => expect(bench.given('calls.dial')).toHaveLength(1));
  });

  it('waits quietly while the operator types in a form, until F7', async () => {
    bench = await openDesk({
      set: (fake) => fake.setCall(ringing(callId, { phase: 'talking' }), marijasCard()),
    });
    const note = await screen.findByPlaceholderText<HTMLInputElement>('Zaznamek o klicu');
    await bench.user.type(note, 'Kliče ');
    bench.fake.wishToDial('040 765 432');
    await screen.findByText('Povezava želi 040 765 432');
    expect(document.activeElement).toBe(note);
    await bench.user.keyboard('znova');
    expect(note.value).toBe('Kliče znova');
    expect(bench.given('calls.dialWishSeen')).toEqual([]);
    await bench.user.keyboard('{F7}');
    const field = await dialField();
    await waitFor(() => expect(field.value).toBe('040 765 432'));
    await waitFor(() => expect(document.activeElement).toBe(field));
    expect(screen.queryByText('Povezava želi 040 765 432')).toBeNull();
    expect(bench.given('calls.dial')).toEqual([]);
  });

  it('may follow another one', async () => {
    bench = await openDesk();
    const field = await dialField();
    bench.fake.wishToDial('040 765 432');
    await waitFor(() => expect(field.value).toBe('040 765 432'));
    bench.fake.wishToDial('031 555 104');
    await waitFor(() => expect(field.value).toBe('031 555 104'));
    await waitFor(() => expect(bench.given('calls.dialWishSeen')).toHaveLength(2));
  });
});

describe('what will be dialled', () => {
  it.each([
    ['041 123 456', '→ 041 123 456'],
    ['0 041 123 456', '→ 041 123 456'],
    ['080 TAXI 24', '→ 080 829424'],
    ['int. 201', '→ 201 (kot je zapisano)'],
    // No extension, but an emergency call.
    ['112', '→ 112 (kot je zapisano)'],
    ['24. 11. 2026', 'Ni jasno, katera številka je to.'],
    ['041 123 456 ali 040 765 432', 'Ni jasno, katera številka je to.'],
  ])('is told by the rule that dials: %s', async (written, told) => {
    bench = await openDesk();
    await bench.user.type(await dialField(), written);
    expect(await screen.findByText(told)).toBeTruthy();
  });
});

describe('redial', () => {
  it('offers the last number on Enter in the empty field, and dials it on the next', async () => {
    bench = await openDesk({
      set: (fake) =>
        fake.setHistory([missedCall(), missedCall({ direction: 'out', end: 'busy', task: null })]),
    });
    await dialField();
    await bench.user.keyboard('{F7}');
    await screen.findByText('↵ znova 041 123 456');
    await bench.user.keyboard('{Enter}');
    const field = await dialField();
    await waitFor(() => expect(field.value).toBe('+38641123456'));
    expect(bench.given('calls.dial')).toEqual([]);
    await bench.user.keyboard('{Enter}');
    await waitFor(() =>
      expect(bench.given('calls.dial')).toMatchObject([{ number: '+38641123456' }]),
    );
  });

  it('offers the last customer, not the colleague who was asked about the call', async () => {
    const out = { direction: 'out', end: 'hung-up-there', task: null } as const;
    const party = { number: null, written: '202', displayName: null, withheld: false };
    bench = await openDesk({
      set: (fake) =>
        fake.setHistory([missedCall({ ...out, party, consult: true }), missedCall(out)]),
    });
    await dialField();
    expect(await screen.findByText('↵ znova 041 123 456')).toBeTruthy();
  });

  it('has nothing to offer where nobody was called', async () => {
    bench = await openDesk({ set: (fake) => fake.setHistory([missedCall()]) });
    await dialField();
    await bench.user.keyboard('{F7}{Enter}');
    expect((await dialField()).value).toBe('');
    expect(bench.given('calls.dial')).toEqual([]);
  });
});
