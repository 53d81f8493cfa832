import { screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { serverAddress } from '../../../src-renderer/desk/sign-in/FirstRun.tsx';
import { signedOut } from '../../support/fake-desk-data.ts';
import { axeFaults, openDesk, type DeskBench } from './desk-bench.tsx';

let bench: DeskBench;
afterEach(() => bench[Symbol.dispose]());

describe('signing in', () => {
  it('lets a person in by keyboard alone', async () => {
    bench = await openDesk({ session: signedOut });
    const username = await screen.findByLabelText('Uporabniško ime');
    expect(document.activeElement).toBe(username);
    await bench.user.keyboard('ana{Tab}geslo-ana{Enter}');
    expect(await screen.findByRole('navigation', { name: 'Zasloni' })).toBeTruthy();
    expect(bench.given('session.signIn')).toEqual([
      { username: 'ana', password: 'geslo-ana', ready: true },
    ]);
  });

  it.each([
    [{ microphone: 'none' }, 'Mikrofona ni: stranke slišijo tišino. Ste vseeno na voljo?'],
    [
      { missing: ['speaker'], speakerInUse: null },
      'Vaših slušalk ni. Zvok gre prek naprave po izbiri sistema. Ste vseeno na voljo?',
    ],
  ] as const)('asks about the headset before it makes anybody Ready: %o', async (audio, asked) => {
    bench = await openDesk({ session: signedOut });
    bench.fake.setAudio({ ...audio, missing: [...('missing' in audio ? audio.missing : [])] });
    await screen.findByLabelText('Uporabniško ime');
    await bench.user.keyboard('ana{Tab}geslo-ana{Enter}');
    await screen.findByText(asked);
    expect(bench.given('session.signIn')).toMatchObject([{ ready: false }]);
    await bench.user.click(screen.getByRole('button', { name: 'Vseeno na voljo' }));
    await waitFor(() => expect(bench.given('operator.ready')).toHaveLength(1));
  });

  it('says what is wrong and how to go on, and empties the password', async () => {
    bench = await openDesk({ session: signedOut });
    await bench.user.type(await screen.findByLabelText('Uporabniško ime'), 'ana');
    const password = screen.getByLabelText<HTMLInputElement>('Geslo');
    await bench.user.type(password, 'narobe{Enter}');
    const alert = await screen.findByText('Uporabniško ime ali geslo ni pravo.');
    expect(alert.parentElement?.textContent).toContain('Caps Lock');
    expect(password.value).toBe('');
    expect(document.activeElement).toBe(password);
  });

  it.each([
    ['TOO_MANY_TRIES', 'Preveč poskusov.'],
    ['OFFLINE', 'Strežnik ni dosegljiv.'],
    ['SOMETHING_NEW', 'Prišlo je do napake.'],
  ])('has a sentence for %s', async (code, sentence) => {
    bench = await openDesk({ session: signedOut });
    bench.fake.refuseNext('session.signIn', code);
    await bench.user.type(await screen.findByLabelText('Uporabniško ime'), 'ana');
    await bench.user.type(screen.getByLabelText('Geslo'), 'geslo-ana{Enter}');
    expect(await screen.findByText(sentence)).toBeTruthy();
  });

  it('speaks English when asked, before anybody is signed in, and main keeps it', async () => {
    bench = await openDesk({ session: signedOut });
    await bench.user.click(await screen.findByText('English'));
    expect(await screen.findByLabelText('Username')).toBeTruthy();
    expect(document.documentElement.lang).toBe('en');
    await waitFor(() => expect(bench.given('settings.write')).toEqual([{ language: 'en' }]));
  });

  it('has nothing that axe objects to', async () => {
    bench = await openDesk({ session: signedOut });
    await screen.findByLabelText('Geslo');
    expect(await axeFaults()).toEqual([]);
  });
});

describe('the first run', () => {
  it('asks for the server’s address and goes on to signing in', async () => {
    bench = await openDesk({ session: { ...signedOut, phase: 'setup', server: null } });
    await bench.user.type(
      await screen.findByLabelText('Naslov strežnika'),
      'centrala.podjetje.si{Enter}',
    );
    expect(await screen.findByLabelText('Geslo')).toBeTruthy();
    expect(bench.given('session.chooseServer')).toEqual([
      { server: 'https://centrala.podjetje.si' },
    ]);
  });

  it('stays and says why when there is no such server', async () => {
    bench = await openDesk({ session: { ...signedOut, phase: 'setup', server: null } });
    bench.fake.refuseNext('session.chooseServer', 'BAD_SERVER', { reason: 'html' });
    const field = await screen.findByLabelText('Naslov strežnika');
    await bench.user.type(field, 'splet.si{Enter}');
    expect(await screen.findByText('Na tem naslovu ni strežnika Centrala.')).toBeTruthy();
    expect(await axeFaults()).toEqual([]);
  });

  it.each([
    ['localhost:4500', 'http://localhost:4500'],
    ['127.0.0.1:4500/', 'http://127.0.0.1:4500'],
    ['http://10.0.0.5:8080/api', 'http://10.0.0.5:8080'],
    ['  centrala.si ', 'https://centrala.si'],
    ['ftp://centrala.si', null],
    ['javascript:alert(1)', null],
    ['', null],
    ['dve besedi', null],
  ])('understands "%s" as %s', (written, address) => {
    expect(serverAddress(written)).toBe(address);
  });
});
