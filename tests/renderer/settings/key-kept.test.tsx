import { screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { axeFaults, openDesk, type DeskBench } from '../shell/desk-bench.tsx';

let bench: DeskBench;
afterEach(() => bench[Symbol.dispose]());

describe('the settings screen says how the key of the local base is kept', () => {
  it.each([
    ['file', 'sl', 'Nastavitve', /v datoteki, ki jo lahko bere samo ta uporabnik/],
    ['keychain', 'sl', 'Nastavitve', /hrani sistemska shramba ključev/],
    ['file', 'en', 'Settings', /in a file that only this user can read/],
    ['keychain', 'en', 'Settings', /in the system’s keychain/],
  ] as const)('%s, in %s', async (keyKeptIn, language, name, line) => {
    bench = await openDesk({ keyKeptIn, language });
    const rail = await screen.findByRole('navigation');
    await bench.user.click(within(rail).getByRole('button', { name: new RegExp(name) }));
    expect(await screen.findByText(line)).toBeTruthy();
    expect(await axeFaults()).toEqual([]);
  });
});
