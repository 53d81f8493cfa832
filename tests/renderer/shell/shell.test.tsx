import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { ParkedMutation } from '#shared/contract/desk.ts';
import { marija, marijasCard, ringing } from '../../support/fake-desk-data.ts';
import { axeFaults, callId, openDesk, type DeskBench } from './desk-bench.tsx';

let bench: DeskBench;
afterEach(() => bench[Symbol.dispose]());

describe('the operator’s menu', () => {
  it('makes the operator Ready, and Not ready for a reason', async () => {
    bench = await openDesk();
    await bench.user.click(await screen.findByRole('button', { name: /pravkar prijavljen/ }));
    await bench.user.click(await screen.findByRole('menuitem', { name: 'Na voljo' }));
    await bench.user.click(await screen.findByRole('button', { name: /^Ana Kovač\s*Na voljo/ }));
    await bench.user.click(await screen.findByRole('menuitem', { name: 'malica' }));
    expect(await screen.findByRole('button', { name: /Ni na voljo: malica/ })).toBeTruthy();
    expect(bench.given('operator.notReady')).toEqual([{ reason: 'lunch' }]);
  });

  it('offers only reasons a person may choose, and tells in a call what follows it', async () => {
    bench = await openDesk({ set: (fake) => fake.setOperator({ phase: 'busy', then: 'ready' }) });
    await bench.user.click(await screen.findByRole('button', { name: /V klicu/ }));
    expect(await screen.findByText('Po klicu')).toBeTruthy();
    const offered = screen.getAllByRole('menuitem').map((item) => item.textContent);
    expect(offered).toEqual([
      'Na voljo',
      'odmor',
      'malica',
      'usposabljanje',
      'sestanek',
      'delo v ozadju',
      'Odjava',
    ]);
  });

  it('names the rule that made the operator Not ready', async () => {
    bench = await openDesk({
      set: (fake) => fake.setOperator({ phase: 'not-ready', reason: 'wrap-up-limit' }),
    });
    expect(await screen.findByRole('button', { name: /potekel čas zaključka/ })).toBeTruthy();
  });
});

describe('the header', () => {
  it('lets the person have a refused line tried again', async () => {
    bench = await openDesk({
      set: (fake) => fake.setLine({ phase: 'refused', problem: 'credentials' }),
    });
    await bench.user.click(await screen.findByRole('button', { name: 'Poskusi znova' }));
    expect(bench.given('line.tryNow')).toHaveLength(1);
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Poskusi znova' })).toBeNull());
  });

  it('tells the truth about line, server, microphone and what is unsent', async () => {
    bench = await openDesk({
      set: (fake) => {
        fake.setLine({ phase: 'lost', problem: 'unreachable' });
        fake.setSync({ server: 'down', waiting: 2, refused: 1 });
        fake.setAudio({ microphone: 'none' });
      },
    });
    expect(await screen.findByRole('button', { name: /Linija padla/ })).toBeTruthy();
    expect(screen.getByRole('button', { name: /Brez strežnika/ })).toBeTruthy();
    expect(screen.getByRole('button', { name: /Brez mikrofona/ })).toBeTruthy();
    expect(screen.getByRole('button', { name: /2 čakata\s*1 za popravek/ })).toBeTruthy();
    expect(await axeFaults()).toEqual([]);
  });

  it('says that main is gone, keeps the screen, and takes it back', async () => {
    bench = await openDesk({ set: (fake) => fake.setCall(ringing(callId), marijasCard()) });
    await screen.findByRole('tab', { name: /Marija Žagar/ });
    bench.fake.down = true;
    bench.fake.breakLinks();
    expect(await screen.findByText(/Ni stika s programom/)).toBeTruthy();
    expect(screen.getByRole('tab', { name: /Marija Žagar/ })).toBeTruthy();
    await bench.user.keyboard('{F2}');
    expect(await screen.findByText('Namizje je izgubilo stik s programom.')).toBeTruthy();
    bench.fake.down = false;
    await waitFor(() => expect(screen.queryByText(/Ni stika s programom/)).toBeNull());
    expect(bench.given('calls.answer')).toEqual([]);
    await bench.user.click(screen.getByRole('button', { name: 'Poskusi znova' }));
    await waitFor(() => expect(bench.given('calls.answer')).toEqual([{ callId }]));
  });
});

describe('a page that was opened without the start address', () => {
  it('says what to open, and goes on trying', async () => {
    bench = await openDesk({ set: (fake) => (fake.down = true), waitFor: 'nothing' });
    expect(await screen.findByText(/Odprite cel naslov, ki ga izpiše npm start/)).toBeTruthy();
    bench.fake.down = false;
    await screen.findByRole('navigation', { name: 'Zasloni' });
  });
});

describe('the dial box', () => {
  it('is reached with F7, takes a number as written, and names the project', async () => {
    bench = await openDesk();
    await screen.findByLabelText(/^Pokliči/);
    await bench.user.keyboard('{F7}040 765-432');
    expect(await screen.findByText('→ 040 765 432')).toBeTruthy();
    await bench.user.selectOptions(screen.getByLabelText('Za projekt'), 'taxi');
    await bench.user.keyboard('{F7}');
    await bench.user.keyboard('{End}{Enter}');
    await waitFor(() =>
      expect(bench.given('calls.dial')).toEqual([
        { number: '040 765-432', projectId: 'taxi', customerId: null },
      ]),
    );
    expect(await screen.findByText('Pri njih zvoni')).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(document.body));
  });

  it('keeps the number that could not be called', async () => {
    bench = await openDesk();
    const field = await screen.findByLabelText<HTMLInputElement>(/^Pokliči/);
    await bench.user.type(field, '1{Enter}');
    expect(await screen.findByText('Te številke ne razumem.')).toBeTruthy();
    expect(field.value).toBe('1');
  });
});

describe('the screens', () => {
  const open = async (name: RegExp) => {
    const rail = await screen.findByRole('navigation', { name: 'Zasloni' });
    await bench.user.click(within(rail).getByRole('button', { name }));
  };

  it.each([/Klic/, /Stranke/, /Pošiljanje/, /Nastavitve/, /Diagnostika/])(
    'has nothing on %s that axe objects to',
    async (name) => {
      bench = await openDesk();
      await open(name);
      expect(await axeFaults()).toEqual([]);
    },
  );

  it('changes the language at once and tells main', async () => {
    bench = await openDesk();
    await open(/Nastavitve/);
    await bench.user.click(screen.getByRole('radio', { name: 'English' }));
    expect(await screen.findByRole('navigation', { name: 'Screens' })).toBeTruthy();
    await waitFor(() => expect(bench.given('settings.write')).toEqual([{ language: 'en' }]));
  });

  it('opens in the language and theme that main remembers', async () => {
    bench = await openDesk({ language: 'en' });
    expect(await screen.findByRole('navigation', { name: 'Screens' })).toBeTruthy();
    await waitFor(() => expect(document.documentElement.lang).toBe('en'));
  });

  it('shows why the server refused something and sends it again', async () => {
    const parked: ParkedMutation = {
      mutationId: '0192f0ad-0000-7000-8000-000000000001',
      name: 'customer.edit',
      madeAt: '2026-11-23T09:00:00.000Z',
      attempts: 2,
      refusal: { code: 'conflict', details: {} },
      args: { customerId: marija.customerId },
    };
    bench = await openDesk({
      set: (fake) => {
        fake.parked.push(parked);
        fake.setSync({ refused: 1 });
      },
    });
    await bench.user.click(await screen.findByRole('button', { name: /1 za popravek/ }));
    expect(await screen.findByText('Nekdo drug je spremenil isto polje.')).toBeTruthy();
    expect(screen.getByText('2 poskusa')).toBeTruthy();
    expect(await axeFaults()).toEqual([]);
    await bench.user.click(screen.getByRole('button', { name: 'Pošlji znova' }));
    expect(await screen.findByText('Ničesar ni treba popraviti.')).toBeTruthy();
    expect(bench.given('sync.mend')).toEqual([{ mutationId: parked.mutationId, args: null }]);
  });
});

describe('several cards', () => {
  it('are tabs that arrows move between', async () => {
    bench = await openDesk({
      set: (fake) => {
        const ended = { phase: 'ended', end: 'hung-up-there' } as const;
        fake.setCall(ringing(callId, ended), marijasCard());
        fake.setCall(
          ringing('0192f0ac-0000-7000-8000-000000000003', {
            ...ended,
            party: { number: '+38640765432', written: null, displayName: null, withheld: false },
          }),
        );
      },
    });
    const [first, second] = await screen.findAllByRole('tab');
    await bench.user.click(first ?? document.body);
    await bench.user.keyboard('{ArrowRight}');
    expect(document.activeElement).toBe(second);
    expect(second?.textContent).toContain('040 765 432');
    expect(bench.store.getState().focusedCallId).not.toBe(callId);
  });
});
