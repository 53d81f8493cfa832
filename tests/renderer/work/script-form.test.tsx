import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { emptyDraft } from '#shared/model/draft.ts';
import type { Script } from '#shared/model/script.ts';
import { internetForm, internetScript, marijasCard } from '../../support/fake-desk-data.ts';
import { callId, openWork, savedDrafts } from './work-bench.tsx';

const asksPackage: Script = {
  ...internetScript,
  steps: internetScript.steps.map((step) =>
    step.id === 'provider'
      ? {
          ...step,
          ask: {
            name: 'package',
            input: 'choice' as const,
            options: [
              { value: '200', label: { sl: 'dvesto', en: 'two hundred' } },
              { value: '500', label: { sl: 'petsto', en: 'five hundred' } },
            ],
          },
        }
      : step,
  ),
};

test('the script is led by keys: digits answer, Enter goes on, Alt+Left goes back', async () => {
  const { user } = await openWork();
  expect(screen.getByText(/^Dober dan, Marija Žagar, Ana Kovač iz podjetja/)).toBeTruthy();
  expect(screen.getByText('korak 1 od 4')).toBeTruthy();

  await user.keyboard('{Enter}');
  expect(await screen.findByText('Kateri paket imate zdaj?')).toBeTruthy();
  await user.keyboard('3');
  expect(screen.getByRole('radio', { name: 'drug ponudnik' })).toHaveProperty('checked', true);
  expect(screen.getByText('korak 2 od 5')).toBeTruthy();

  await user.keyboard('{Enter}');
  const provider = await screen.findByRole('textbox', { name: 'Pri katerem ponudniku ste?' });
  await waitFor(() => expect(document.activeElement).toBe(provider));
  await user.keyboard('Optika 1{Enter}');
  expect(await screen.findByText('Ponujam vam 200/50 za 22,90 €.')).toBeTruthy();
  const earlier = screen.getByRole('button', { name: /Pri katerem ponudniku ste\?\s*Optika 1/ });
  expect(earlier).toBeTruthy();

  await user.keyboard('{Alt>}{ArrowLeft}{/Alt}');
  expect(await screen.findByRole('textbox', { name: 'Pri katerem ponudniku ste?' })).toHaveProperty(
    'value',
    'Optika 1',
  );
});

const asksAddress: Script = {
  ...internetScript,
  start: 'provider',
  steps: internetScript.steps.map((step) =>
    step.id === 'provider' && step.ask ? { ...step, ask: { ...step.ask, required: true } } : step,
  ),
};

test('answering puts the focus into the first answer that is typed, unless the operator types elsewhere', async () => {
  const card = { script: asksAddress, draft: emptyDraft };
  const { fake, close } = await openWork({ call: { phase: 'ringing' }, card });
  const answer = await screen.findByRole('textbox', { name: 'Pri katerem ponudniku ste?' });
  expect(document.activeElement).toBe(document.body);
  fake.changeCall(callId, { phase: 'talking' });
  await waitFor(() => expect(document.activeElement).toBe(answer));
  close();

  const other = await openWork({ call: { phase: 'ringing' }, card });
  const note = await screen.findByRole('textbox', { name: 'Zaznamek o klicu' });
  await other.user.click(note);
  other.fake.changeCall(callId, { phase: 'talking' });
  await other.user.keyboard('x');
  expect(document.activeElement).toBe(note);
});

test('a typed answer may begin anywhere, and Enter without one leads into its field', async () => {
  const { user } = await openWork({ card: { script: asksAddress, draft: emptyDraft } });
  const answer = await screen.findByRole('textbox', { name: 'Pri katerem ponudniku ste?' });
  await user.keyboard('{Enter}');
  expect(await screen.findByText('Za naprej je potreben odgovor.')).toBeTruthy();
  expect(document.activeElement).toBe(answer);
  answer.blur();
  await user.keyboard('Telko 1');
  expect(answer).toHaveProperty('value', 'Telko 1');
});

test('a script that is not at its end when the customer hangs up can still be walked by keys', async () => {
  const { user, fake } = await openWork();
  await user.keyboard('{Enter}');
  await screen.findByText('Kateri paket imate zdaj?');
  fake.changeCall(callId, { phase: 'ended', end: 'hung-up-there' });
  await user.keyboard('1{Enter}');
  expect(await screen.findByText('Ponujam vam 200/50 za 22,90 €.')).toBeTruthy();
});

test('the option that one typed letter marks is the one that Enter takes', async () => {
  const { user } = await openWork();
  const field = await screen.findByRole<HTMLInputElement>('combobox', { name: 'Paket' });
  field.focus();
  await user.keyboard('5');
  await waitFor(() =>
    expect(document.querySelector('[data-combobox-selected]')?.textContent).toBe('500/100'),
  );
  // Longer than a timer of the list's own, as a person's fingers are.
  await new Promise((resolve) => setTimeout(resolve, 20));
  await user.keyboard('{Enter}');
  expect(field.value).toBe('500/100');
});

test('a list that was only opened and left changes nothing', async () => {
  const { user, fake } = await openWork();
  await user.click(await screen.findByRole('combobox', { name: 'Paket' }));
  await user.tab();
  expect(savedDrafts(fake).every(({ form }) => form['package'] === undefined)).toBe(true);
  expect(screen.getByRole('combobox', { name: 'Paket' })).toHaveProperty('value', '');
});

test('passing through a field that has its answer changes nothing', async () => {
  const { user, fake } = await openWork({
    card: { draft: { ...emptyDraft, form: { package: '500' } } },
  });
  const field = await screen.findByRole<HTMLInputElement>('combobox', { name: 'Paket' });
  field.focus();
  await user.tab();
  await user.tab({ shift: true });
  expect(document.activeElement).toBe(field);
  await user.tab();
  expect(field.value).toBe('500/100');
  expect(savedDrafts(fake).every(({ form }) => form['package'] === '500')).toBe(true);
});

test('another answer to an earlier question opens another way', async () => {
  const { user } = await openWork({
    card: { draft: { ...emptyDraft, script: { speed: 'other', provider: 'T' }, step: 'offer' } },
  });
  expect(await screen.findByText('korak 4 od 5')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: /Kateri paket imate zdaj\?/ }));
  await user.keyboard('1');
  await user.keyboard('{Enter}');
  expect(await screen.findByText('Ponujam vam 200/50 za 22,90 €.')).toBeTruthy();
  expect(screen.getByText('korak 3 od 4')).toBeTruthy();
});

test('an answer in the script fills the form, and the form the script', async () => {
  const { user, fake } = await openWork({
    card: {
      script: asksPackage,
      draft: { ...emptyDraft, script: { speed: 'other' }, step: 'provider' },
    },
  });
  await user.keyboard('1');
  const field = await screen.findByRole<HTMLInputElement>('combobox', { name: 'Paket' });
  expect(field.value).toBe('200/50');
  await user.click(field);
  await user.click(await screen.findByRole('option', { name: '500/100' }));
  expect(screen.getByRole('radio', { name: 'petsto' })).toHaveProperty('checked', true);
  await waitFor(() =>
    expect(savedDrafts(fake).at(-1)).toMatchObject({
      script: { speed: 'other', package: '500' },
      form: { package: '500' },
    }),
  );
});

test('digits typed into a field are text, not answers', async () => {
  const { user } = await openWork({ card: { draft: { ...emptyDraft, step: 'speed' } } });
  await user.type(screen.getByRole('textbox', { name: 'Ime in priimek' }), '12');
  expect(screen.getByRole('radio', { name: 'do 50' })).toHaveProperty('checked', false);
  expect(screen.getByRole('textbox', { name: 'Ime in priimek' })).toHaveProperty('value', '12');
});

test('a tick on a must-say item keeps the time; Shift+M ticks the next one, a plain letter never', async () => {
  const { user, fake } = await openWork();
  await user.click(screen.getByRole('checkbox', { name: 'Plačilo samo na račun' }));
  await user.click(document.body);
  await user.keyboard('mama');
  await user.keyboard('{Shift>}M{/Shift}');
  await waitFor(() => {
    const said = savedDrafts(fake).at(-1)?.said ?? {};
    expect(Object.keys(said).sort()).toEqual(['account', 'who']);
    expect(Date.parse(said['who'] ?? '')).toBeGreaterThan(Date.now() - 60_000);
  });
});

test('faults are shown at a field only after it was left, or after a try to save', async () => {
  const { user } = await openWork({ card: { draft: emptyDraft } });
  const name = screen.getByRole('textbox', { name: 'Ime in priimek' });
  await user.type(name, 'M');
  expect(screen.queryByText('vsaj 2 znaka')).toBeNull();
  await user.tab();
  expect(await screen.findByText('vsaj 2 znaka')).toBeTruthy();
  expect(screen.queryByText(/obvezen podatek/)).toBeNull();

  await user.keyboard('{F9}');
  const list = await screen.findByRole('list', { name: '3 napake v obrazcu' });
  await waitFor(() => expect(document.activeElement).toBe(name));
  await user.click(within(list).getByRole('button', { name: 'Paket: obvezen podatek' }));
  expect(document.activeElement).toBe(screen.getByRole('combobox', { name: 'Paket' }));
});

test('a conditional field comes and goes, and its text comes back with it', async () => {
  const schema = {
    type: 'object',
    properties: {
      kind: {
        type: 'string',
        enum: ['home', 'firm'],
        'x-title': { sl: 'Za koga' },
        'x-enum': { home: { sl: 'dom' }, firm: { sl: 'podjetje' } },
      },
    },
    if: { properties: { kind: { const: 'firm' } }, required: ['kind'] },
    then: {
      properties: { tax: { type: 'string', 'x-title': { sl: 'Davčna številka' } } },
      required: ['tax'],
    },
  };
  const { user } = await openWork({
    card: { form: { ...internetForm, schema, amount: undefined }, draft: emptyDraft },
  });
  const choose = async (name: string) => {
    await user.click(screen.getByRole('combobox', { name: 'Za koga' }));
    await user.click(await screen.findByRole('option', { name }));
  };
  expect(screen.queryByRole('textbox', { name: 'Davčna številka' })).toBeNull();
  await choose('podjetje');
  await user.type(await screen.findByRole('textbox', { name: 'Davčna številka' }), 'SI1');
  await choose('dom');
  await waitFor(() =>
    expect(screen.queryByRole('textbox', { name: 'Davčna številka' })).toBeNull(),
  );
  await choose('podjetje');
  expect(await screen.findByRole('textbox', { name: 'Davčna številka' })).toHaveProperty(
    'value',
    'SI1',
  );
});

test('the amount due follows the form', async () => {
  const { user } = await openWork();
  expect(screen.getByText(/29,00/)).toBeTruthy();
  await user.type(screen.getByRole('textbox', { name: 'Kabel (m)' }), '20');
  expect(await screen.findByText(/49,00/)).toBeTruthy();
});

test('one press fills the empty fields that the card knows, and leaves what was typed', async () => {
  const { user, fake } = await openWork({
    card: { draft: { ...emptyDraft, form: { name: 'Mojca' } } },
  });
  await user.click(screen.getByRole('button', { name: 'Izpolni iz kartice' }));
  expect(screen.getByRole('textbox', { name: 'Ime in priimek' })).toHaveProperty('value', 'Mojca');
  expect(screen.getByRole('textbox', { name: 'Naslov' })).toHaveProperty(
    'value',
    'Cankarjeva ulica 4',
  );
  expect(screen.queryByRole('button', { name: 'Izpolni iz kartice' })).toBeNull();
  await waitFor(() =>
    expect(savedDrafts(fake).at(-1)?.form).toEqual({ name: 'Mojca', street: 'Cankarjeva ulica 4' }),
  );
});

test('in English everything is English, for a customer who has no language of her own', async () => {
  const customer = { ...found(marijasCard().customer), language: null };
  const { user } = await openWork({ language: 'en', card: { customer } });
  expect(screen.getByText(/^Good day, Marija Žagar/)).toBeTruthy();
  expect(screen.getByText('step 1 of 4')).toBeTruthy();
  expect(screen.getByRole('combobox', { name: 'Package' })).toBeTruthy();
  expect(screen.getByText('3 entries')).toBeTruthy();
  expect(screen.getByText('Refused: Too dear')).toBeTruthy();
  // The customer may speak the other language: only what is said changes.
  await user.click(screen.getByRole('button', { name: 'EN: show the text in Slovenian' }));
  expect(screen.getByText(/^Dober dan, Marija Žagar/)).toBeTruthy();
  expect(screen.getByRole('combobox', { name: 'Package' })).toBeTruthy();
});

test('what is said is in the customer’s language, what is only read in the operator’s', async () => {
  const customer = { ...found(marijasCard().customer), language: 'sl' as const };
  await openWork({ language: 'en', card: { customer } });
  expect(screen.getByText(/^Dober dan, Marija Žagar/)).toBeTruthy();
  expect(screen.getByText('step 1 of 4')).toBeTruthy();
});

function found<T>(value: T | null): T {
  if (value === null) throw new Error('the test card has no customer');
  return value;
}
