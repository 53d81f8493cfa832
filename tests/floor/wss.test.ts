/** WSS with a private authority, and the lights of mailbox and colleagues, on a real Asterisk. */
import { mkdtemp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startAsterisk, type Asterisk } from './support/asterisk.ts';
import { bareAccount, bareLine } from './support/bare-line.ts';
import { startCityCaller, type CityCaller } from './support/city-caller.ts';
import { waitFor } from './support/wait-for.ts';

const tls = path.resolve(import.meta.dirname, '../support/tls');
let asterisk: Asterisk;
let customer: CityCaller;
let authority: string;

const folder = (name: string) => mkdtemp(path.join(inject('floorFolder'), `${name}-`));

function account(extension: string, exchange: string, watches: readonly string[] = []) {
  const person = asterisk.centre.people.find(({ line }) => line?.extension === extension);
  if (!person?.line) throw new Error(`no line ${extension}`);
  const { domain } = asterisk.centre.exchange;
  return bareAccount(extension, person.line.secret, exchange, domain, watches);
}

beforeAll(async () => {
  authority = await readFile(path.join(tls, 'ca.pem'), 'utf8');
  asterisk = await startAsterisk({
    root: inject('asteriskRoot'),
    folder: await folder('ast'),
    certificate: { cert: path.join(tls, 'good.pem'), key: path.join(tls, 'good.key') },
  });
  customer = await startCityCaller({
    folder: await folder('customer'),
    exchangePort: asterisk.sipPort,
    number: '+38641123456',
  });
});
afterAll(async () => {
  await customer?.stop();
  await asterisk?.stop();
});

function secure(): string {
  if (!asterisk.secureAddress) throw new Error('Asterisk has no wss');
  return asterisk.secureAddress;
}

test('a line registers over wss where the administrator vouches for the authority', async () => {
  await using desk = bareLine('201', { extraCa: [authority] });
  await desk.line.open(account('201', secure()));
  expect(desk.line.state).toMatchObject({ phase: 'registered', problem: null });
  await asterisk.waitForRegistered('201');
});

test('nobody connects where nobody vouches for the authority, and the line says which certificate it was', async () => {
  await using desk = bareLine('202');
  await desk.line.open(account('202', secure()));
  expect(desk.line.state).toMatchObject({ phase: 'refused', problem: 'certificate' });
  expect(desk.line.state.detail).toMatch(/^unknown-authority; for IP Address:127\.0\.0\.1; by /);
  expect(await asterisk.command('pjsip show contacts')).not.toContain(' 202/');
});

test('a colleague is seen ringing, and free again', async () => {
  await using ana = bareLine('201');
  await using maja = bareLine('210');
  ana.line.onIncoming(() => undefined);
  await ana.line.open(account('201', asterisk.address));
  await maja.line.open(account('210', asterisk.address, ['201', '202']));
  const seen = (extension: string) =>
    maja.line.lights.colleagues.find((one) => one.extension === extension);
  await waitFor('201 is free', () => seen('201')?.state === 'idle' && !seen('201')?.stale);
  await customer.call('+38616002010');
  await waitFor('201 rings', () => seen('201')?.state === 'ringing');
  await customer.hangUp();
  await waitFor('201 is free again', () => seen('201')?.state === 'idle');
  expect(seen('202')).toMatchObject({ stale: false });
});

test('the mailbox tells that nothing waits', async () => {
  await using ana = bareLine('201');
  await ana.line.open(account('201', asterisk.address));
  await waitFor('the mailbox', () => ana.line.lights.mailbox);
  expect(ana.line.lights.mailbox).toEqual({ waiting: false, fresh: 0, old: 0 });
});
