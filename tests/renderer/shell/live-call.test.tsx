import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Call } from '#shared/model/call.ts';
import { litBars } from '../../../src-renderer/desk/ui/LevelMeter.tsx';
import { marijasCard, ringing } from '../../support/fake-desk-data.ts';
import { axeFaults, callId, openDesk, type DeskBench } from './desk-bench.tsx';

let bench: DeskBench;
afterEach(() => bench[Symbol.dispose]());

async function inACall(changes: Partial<Call> = {}): Promise<HTMLElement> {
  bench = await openDesk({
    set: (fake) =>
      fake.setCall(
        ringing(callId, {
          phase: 'talking',
          audio: 'flowing',
          answeredAt: new Date().toISOString(),
          ...changes,
        }),
        marijasCard(),
      ),
  });
  return screen.findByRole('region', { name: 'Klic' });
}

describe('the call bar', () => {
  it('does with keys what its buttons do, also while typing', async () => {
    const bar = await inACall();
    await bench.user.click(screen.getByLabelText(/^Pokliči/));
    await bench.user.keyboard('{F6}');
    await within(bar).findByRole('button', { name: 'Vklopi' });
    await bench.user.keyboard('{F3}');
    await within(bar).findByRole('button', { name: 'Nadaljuj' });
    await bench.user.keyboard('{F3}{F4}');
    await within(bar).findByText('Prekinili ste vi.');
    expect(bench.given('calls.mute')).toEqual([{ callId, muted: true }]);
    expect(bench.given('calls.hold')).toEqual([
      { callId, held: true },
      { callId, held: false },
    ]);
    expect(bench.given('calls.hangUp')).toEqual([{ callId }]);
  });

  it('shows the sound that really goes out', async () => {
    const bar = await inACall();
    const meter = await within(bar).findByRole('meter', { name: 'Vaš zvok pri stranki' });
    expect(meter).toHaveProperty('value', 0);
    bench.fake.level(callId, 0.25, 0.1);
    await waitFor(() => expect(meter).toHaveProperty('value', litBars(0.25)));
    expect(within(bar).getByText('Stranka vas sliši')).toBeTruthy();
  });

  it('does not say that the customer hears, when there is no sound, and that the call broke off', async () => {
    const bar = await inACall();
    await within(bar).findByText('Stranka vas sliši');
    bench.fake.changeCall(callId, { audio: 'lost' });
    await within(bar).findByText('Zvoka ni: najbrž niste slišni');
    expect(within(bar).queryByText('Stranka vas sliši')).toBeNull();
    bench.fake.changeCall(callId, {
      phase: 'ended',
      end: 'failed',
      endedAt: new Date().toISOString(),
    });
    await within(bar).findByText('Zveza se je pretrgala.');
  });

  it('does not say that the customer hears, when there is no microphone', async () => {
    const bar = await inACall();
    await within(bar).findByText('Stranka vas sliši');
    bench.fake.setAudio({ microphone: 'none' });
    expect(await within(bar).findByText('Brez mikrofona: niste slišni')).toBeTruthy();
    bench.fake.setAudio({ microphone: 'ok' });
    await within(bar).findByText('Stranka vas sliši');
  });

  it('warns before the answer that the line may hear already, where sound comes from it', async () => {
    const bar = await inACall({
      phase: 'alerting',
      direction: 'out',
      answeredAt: null,
      audio: 'none',
    });
    await within(bar).findByText('Ne sliši vas še nihče');
    bench.fake.changeCall(callId, { audio: 'flowing' });
    expect(await within(bar).findByText('Morda vas že slišijo')).toBeTruthy();
  });

  it('says muted only by main’s fact, and raises an alarm when sound goes out all the same', async () => {
    const bar = await inACall();
    bench.fake.refuseNext('calls.mute', 'NO_VOICE');
    await bench.user.keyboard('{F6}');
    await screen.findByText('Zvok ne deluje.');
    expect(within(bar).getByText('Stranka vas sliši')).toBeTruthy();
    await bench.user.keyboard('{F6}');
    await within(bar).findByText('Utišano: stranka vas ne sliši');
    bench.fake.level(callId, 0.3, 0);
    expect((await within(bar).findByRole('alert')).textContent).toBe('Utišano, a zvok gre ven!');
    bench.fake.level(callId, 0, 0);
    await waitFor(() => expect(within(bar).queryByRole('alert')).toBeNull());
  });

  it('says that the operator talks while muted, when that lasts, and only then', async () => {
    const bar = await inACall({ muted: true });
    await within(bar).findByText('Utišano: stranka vas ne sliši');
    const talk = setInterval(() => bench.fake.level(callId, 0, 0, 0.2), 50);
    try {
      await within(bar).findByText('Govorite, a ste utišani');
    } finally {
      clearInterval(talk);
    }
    await within(bar).findByText('Utišano: stranka vas ne sliši', {}, { timeout: 4000 });
    bench.fake.changeCall(callId, { muted: false });
    expect(await within(bar).findByText('Stranka vas sliši')).toBeTruthy();
  });

  it('says how good the signal is, and what the operator can do about a bad one', async () => {
    const quality = { mos: 4.3, loss: 0.002, jitter: 0.004, roundTrip: 0.038, warning: null };
    const bar = await inACall({ quality });
    await bench.user.hover(await within(bar).findByText('signal dober'));
    await screen.findByText('MOS 4,3 · izguba 0,2 % · nihanje 4 ms · pot tja in nazaj 38 ms');
    bench.fake.changeCall(callId, {
      quality: { ...quality, mos: 2.9, loss: 0.08, warning: 'network-loss' },
    });
    await within(bar).findByText('signal slab');
    expect(
      within(bar).getByText('Omrežje izgublja zvok. Priključite kabel ali zapustite Wi-Fi.'),
    ).toBeTruthy();
    bench.fake.changeCall(callId, { audio: 'lost' });
    await within(bar).findByText('zvoka ni');
    expect(within(bar).queryByText('signal slab')).toBeNull();
  });

  it('announces a call that answered itself, who sent it on, and whose card it is', async () => {
    const bar = await inACall({ autoAnswered: true, divertedFrom: '+38615551000' });
    bench.fake.changeCard(callId, { handedBy: 'Boris Novak' });
    const note =
      'Sprejet samodejno: tako želi projekt ali centrala. Kartico vam predaja Boris Novak. Preusmerjen s številke (01) 555 10 00.';
    expect(await within(bar).findByText(note)).toBeTruthy();
  });

  it('offers to call back with F2 who was cut off by a restart, while nothing rings', async () => {
    await inACall({
      phase: 'ended',
      end: 'failed',
      interrupted: true,
      endedAt: new Date().toISOString(),
    });
    await screen.findByText('Ob ponovnem zagonu programa se je pretrgal klic: Marija Žagar.');
    await bench.user.keyboard('{F2}');
    await waitFor(() => expect(bench.given('calls.callBack')).toEqual([{ callId }]));
  });

  it('offers to call back, with F2 and in the card, who was cut off by the line or the exchange', async () => {
    const bar = await inACall();
    bench.fake.changeCall(callId, {
      phase: 'ended',
      end: 'failed',
      endedAt: new Date().toISOString(),
    });
    await screen.findByText('Zveza se je pretrgala: Marija Žagar.');
    await within(bar).findByRole('button', { name: /^Pokliči nazaj/ });
    expect(await axeFaults()).toEqual([]);
    await bench.user.keyboard('{F2}');
    await waitFor(() => expect(bench.given('calls.callBack')).toEqual([{ callId }]));
  });

  it('offers no call back to a withheld number, and names it as such', async () => {
    const bar = await inACall({
      phase: 'ended',
      end: 'failed',
      party: { number: null, written: null, displayName: null, withheld: true },
    });
    bench.fake.changeCard(callId, { customer: null });
    await screen.findByText('Zveza se je pretrgala: Skrita številka.');
    await within(bar).findByText('Zveza se je pretrgala.');
    expect(screen.queryByRole('button', { name: /^Pokliči nazaj/ })).toBeNull();
    await bench.user.keyboard('{F2}');
    expect(bench.given('calls.callBack')).toEqual([]);
  });

  it('opens the keypad with Shift+F7', async () => {
    await inACall();
    await bench.user.keyboard('{Shift>}{F7}{/Shift}');
    await screen.findByRole('button', { name: 'Ton 5' });
    await bench.user.keyboard('5');
    await waitFor(() => expect(bench.given('calls.sendDtmf')).toEqual([{ callId, tones: '5' }]));
  });

  it('sends tones by typing while the keypad is open', async () => {
    const bar = await inACall();
    await bench.user.click(within(bar).getByRole('button', { name: 'Tipke' }));
    await screen.findByRole('button', { name: 'Ton 5' });
    await bench.user.keyboard('4#');
    await waitFor(() =>
      expect(bench.given('calls.sendDtmf')).toEqual([
        { callId, tones: '4' },
        { callId, tones: '#' },
      ]),
    );
    expect(await axeFaults()).toEqual([]);
  });

  it('tells that the sound is lost in words', async () => {
    const bar = await inACall({ audio: 'lost' });
    expect(within(bar).getByText('zvoka ni')).toBeTruthy();
  });

  it('shows how the call ended and how long the wrap-up may last', async () => {
    const bar = await inACall();
    bench.fake.hangUpThere(callId);
    await within(bar).findByText('Prekinila je stranka.');
    expect(within(bar).getByText(/Za zaključek še/).textContent).toMatch(/[12]:\d\d/);
  });
});

describe('a level', () => {
  it.each([
    [0, 0],
    [0.0001, 0],
    [0.01, 1],
    [0.1, 5],
    [1, 8],
    [7, 8],
  ])('of %d lights %i bars', (level, bars) => {
    expect(litBars(level)).toBe(bars);
  });
});
