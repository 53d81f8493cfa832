import { describe, expect, test } from 'vitest';
import { createPeople } from '../../../src-main/session/people.ts';
import { deskBase } from '../../support/desk-base.ts';
import { ana, bor } from '../../support/synced-desk.ts';

const cheap = { N: 16, r: 1, p: 1 };

describe('a desk’s memory of people', () => {
  test('knows a person by name and password, however the name is written', async () => {
    using base = deskBase();
    const people = createPeople({ store: base.store, clock: base.host.clock, cost: cheap });
    await people.remember(ana, 'token-a', 'geslo');
    expect(await people.check(' ANA ', 'geslo')).toMatchObject({ opened: ana, token: 'token-a' });
    expect(await people.check('ana', 'Geslo')).toBe('wrong');
    expect(await people.check('bor', 'geslo')).toBe('unknown');
  });

  test('stops guessing after ten tries, until the server confirms the person', async () => {
    using base = deskBase();
    const people = createPeople({ store: base.store, clock: base.host.clock, cost: cheap });
    await people.remember(ana, 'token-a', 'geslo');
    for (let round = 0; round < 10; round++)
      expect(await people.check('ana', 'napak')).toBe('wrong');
    expect(await people.check('ana', 'geslo')).toBe('too-many-tries');
    await people.remember(ana, 'token-b', 'geslo');
    expect(await people.check('ana', 'geslo')).toMatchObject({ token: 'token-b' });
  });

  test('trusts itself for a week', async () => {
    using base = deskBase();
    const people = createPeople({ store: base.store, clock: base.host.clock, cost: cheap });
    await people.remember(ana, 'token-a', 'geslo');
    base.host.clock.advance(8 * 24 * 3_600_000);
    expect(await people.check('ana', 'geslo')).toBe('unknown');
    people.confirm(ana);
    expect(await people.check('ana', 'geslo')).toMatchObject({ opened: ana });
  });

  test('keeps a token for each person until it no longer holds', async () => {
    using base = deskBase();
    const people = createPeople({ store: base.store, clock: base.host.clock, cost: cheap });
    await people.remember(ana, 'token-a', 'geslo');
    await people.remember(bor, 'token-b', 'geslo');
    expect([...people.tokens().values()]).toEqual(expect.arrayContaining(['token-a', 'token-b']));
    people.forgetToken(ana.userId);
    expect([...people.tokens()]).toEqual([[bor.userId, 'token-b']]);
    expect(await people.check('ana', 'geslo')).toMatchObject({ token: null });
  });
});
