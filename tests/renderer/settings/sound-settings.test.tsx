import { screen, waitFor, within } from '@testing-library/react';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  wishedDevices,
  withAdded,
  withMoved,
} from '../../../src-renderer/desk/settings/device-order.ts';
import { goodAudio } from '../../support/fake-desk-data.ts';
import { axeFaults, openDesk, type DeskBench } from '../shell/desk-bench.tsx';

let bench: DeskBench | undefined;
afterEach(() => {
  bench?.[Symbol.dispose]();
  bench = undefined;
});

async function openSettings(set?: Parameters<typeof openDesk>[0]): Promise<DeskBench> {
  bench = await openDesk(set);
  await bench.user.click(await screen.findByRole('button', { name: 'Nastavitve' }));
  await screen.findByRole('heading', { name: 'Zvok', level: 3 });
  return bench;
}

describe('the order of devices', () => {
  it('is made and changed by keyboard', async () => {
    const desk = await openSettings();
    const list = within(screen.getByRole('group', { name: 'Mikrofoni' }));
    expect(list.getByText('Kot izbere sistem: Jabra Evolve2 40')).toBeTruthy();
    list.getByRole('button', { name: 'Raje ta: Vgrajeni mikrofon' }).focus();
    await desk.user.keyboard('{Enter}');
    await list.findByRole('button', { name: 'Višje: Vgrajeni mikrofon' });
    list.getByRole('button', { name: 'Raje ta: Jabra Evolve2 40' }).focus();
    await desk.user.keyboard('{Enter}');
    const up = await list.findByRole('button', { name: 'Višje: Jabra Evolve2 40' });
    up.focus();
    await desk.user.keyboard('{Enter}');
    await waitFor(() =>
      expect(desk.given('settings.wishAudio').at(-1)).toMatchObject({
        microphones: ['mic-1', 'mic-2'],
        speakers: [],
        noiseSuppression: true,
      }),
    );
    expect(await axeFaults()).toEqual([]);
  });

  it('keeps a device that is not plugged in, by its name', async () => {
    const { fake } = await openSettings();
    fake.setAudio({
      devices: goodAudio.devices.filter(({ deviceId }) => deviceId !== 'mic-1'),
      microphoneInUse: 'Vgrajeni mikrofon',
      missing: ['microphone'],
      wishes: { ...goodAudio.wishes, microphones: ['mic-1', 'mic-2'] },
    });
    const list = within(screen.getByRole('group', { name: 'Mikrofoni' }));
    await list.findByText('ni priključena');
    expect(list.getAllByRole('listitem').map((one) => one.textContent)).toEqual([
      'Jabra Evolve2 40ni priključena',
      'Vgrajeni mikrofonv rabi',
    ]);
  });

  it('knows a device again by its name, and does not offer it once more', async () => {
    const { fake } = await openSettings();
    const known = goodAudio.devices.filter(({ deviceId }) => deviceId === 'mic-1');
    fake.setAudio({
      devices: goodAudio.devices.map((one) =>
        one.deviceId === 'mic-1' ? { ...one, deviceId: 'mic-9' } : one,
      ),
      wishes: { ...goodAudio.wishes, microphones: ['mic-1'], known },
    });
    const list = within(screen.getByRole('group', { name: 'Mikrofoni' }));
    await list.findByText('v rabi');
    expect(list.getAllByRole('listitem').map((one) => one.textContent)).toEqual([
      'Jabra Evolve2 40v rabi',
      'Vgrajeni mikrofonRaje ta',
    ]);
  });

  it('loses nothing and repeats nothing, however it is changed', () => {
    const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 20 });
    fc.assert(
      fc.property(ids, fc.nat(), fc.constantFrom(-1 as const, 1 as const), (list, at, by) => {
        const moved = withMoved(list, list[at % Math.max(1, list.length)] ?? 'x', by);
        expect(moved.toSorted()).toEqual(list.toSorted());
        const added = withAdded(list, 'new one');
        expect(added.at(-1)).toBe('new one');
        expect(added.length).toBeLessThanOrEqual(20);
        expect(wishedDevices(list, [], {})).toHaveLength(list.length);
      }),
    );
    expect(withMoved(['a', 'b', 'c'], 'c', -1)).toEqual(['a', 'c', 'b']);
    expect(withMoved(['a', 'b', 'c'], 'a', -1)).toEqual(['a', 'b', 'c']);
  });
});

describe('how the sound is treated', () => {
  it('can be without noise suppression, and says when it is bypassed', async () => {
    const desk = await openSettings();
    await desk.user.click(screen.getByRole('switch', { name: 'Dušenje šuma' }));
    await waitFor(() =>
      expect(desk.given('settings.wishAudio').at(-1)).toMatchObject({ noiseSuppression: false }),
    );
    desk.fake.setAudio({ noiseSuppression: 'bypassed' });
    expect(await screen.findByText(/^Obvod:/)).toBeTruthy();
  });

  it('tells how each project rings and whether the headset’s buttons work', async () => {
    const { fake } = await openSettings();
    expect(screen.getByText('svetlo')).toBeTruthy();
    expect(screen.getByText(/sprejem, prekinitev in utišanje na slušalkah/)).toBeTruthy();
    fake.setAudio({ headset: { state: 'contested', product: 'Jabra Evolve2 40' } });
    // In the header's line too.
    const told = 'Jabra Evolve2 40: gumbe uporablja še drug program. Zaprite ga.';
    await waitFor(() => expect(screen.getAllByText(told)).toHaveLength(2));
  });
});
