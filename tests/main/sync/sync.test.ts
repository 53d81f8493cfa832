import { describe, expect, test } from 'vitest';
import { fakeCentral, type FakeCentral } from '../../support/fake-central.ts';
import { ana, bor, changeOf, customer, syncedDesk } from '../../support/synced-desk.ts';

const password = 'geslo-geslo';

async function centre(): Promise<FakeCentral> {
  const central = await fakeCentral();
  central.addPerson(ana, password);
  central.addPerson(bor, password);
  return central;
}

const note = (text: string) => ({ note: text });

describe('pushing', () => {
  test('brings what is done to the server, in order, under the name of who did it', async () => {
    await using central = await centre();
    await using desk = await syncedDesk(central);
    await desk.base.session.signIn('ana', password);
    const made = desk.base.customers.create(customer());
    desk.base.customers.edit(made.customerId, 0, note('prva'));
    desk.base.customers.edit(made.customerId, 0, note('druga'));
    await desk.reach('all applied', () => central.applied.length === 3);
    expect(central.applied.map((one) => [one.name, one.userId])).toEqual([
      ['customer.create', 'u-ana'],
      ['customer.edit', 'u-ana'],
      ['customer.edit', 'u-ana'],
    ]);
    await desk.reach('the outbox is empty', () => desk.base.sync.state.waiting === 0);
    expect(desk.base.sync.state).toMatchObject({ server: 'up', refused: 0 });
  });

  test('waits while the server is away, and sends each exactly once when it is back', async () => {
    await using central = await centre();
    await using desk = await syncedDesk(central);
    await desk.base.session.signIn('ana', password);
    await central.down();
    const made = desk.base.customers.create(customer());
    await desk.reach('told as down', () => desk.base.sync.state.server === 'down');
    expect(desk.base.sync.state.waiting).toBe(1);
    expect(desk.base.outbox.fate(made.customerId).state).toBe('saved');
    await desk.restart();
    desk.base.session.resume();
    await central.up();
    await desk.reach('the outbox is empty', () => desk.base.sync.state.waiting === 0);
    expect(central.applied).toHaveLength(1);
    expect(desk.base.outbox.fate(made.customerId).state).toBe('with-server');
  });

  test('does nothing twice when the answer is lost after the server committed', async () => {
    await using central = await centre();
    await using desk = await syncedDesk(central);
    await desk.base.session.signIn('ana', password);
    central.faults.dropAfterCommit = 3;
    desk.base.customers.create(customer());
    desk.base.customers.create(customer());
    await desk.reach('the outbox is empty', () => desk.base.sync.state.waiting === 0);
    expect(central.pushes).toBeGreaterThan(3);
    expect(central.applied).toHaveLength(2);
    expect(new Set(central.applied.map((one) => one.mutationId)).size).toBe(2);
  });

  test('parks what is refused, goes on with the rest, and sends it mended', async () => {
    await using central = await centre();
    await using desk = await syncedDesk(central);
    await desk.base.session.signIn('ana', password);
    central.faults.refuse = (name) => (name === 'customer.edit' ? 'conflict' : null);
    const made = desk.base.customers.create(customer());
    desk.base.customers.edit(made.customerId, 0, note('moje'));
    desk.base.customers.create(customer());
    await desk.reach('one is parked', () => desk.base.sync.state.refused === 1);
    await desk.reach('the rest is sent', () => central.applied.length === 2);
    const [parked] = desk.base.outbox.parked();
    expect(parked).toMatchObject({ name: 'customer.edit', refusal: { code: 'conflict' } });
    expect(desk.base.outbox.fate(made.customerId)).toMatchObject({ state: 'refused' });

    central.faults.refuse = () => null;
    const mended = { customerId: made.customerId, baseVersion: 1, changes: note('skupaj') };
    expect(desk.base.outbox.mend(parked?.mutationId ?? '', mended)).toBe(true);
    expect(desk.base.outbox.mend(parked?.mutationId ?? '', null)).toBe(false);
    await desk.reach('it is applied', () => central.applied.length === 3);
    expect(central.applied.at(-1)?.args).toEqual(mended);
    await desk.reach('nothing is left', () => desk.base.sync.state.waiting === 0);
    expect(desk.base.sync.state.refused).toBe(0);
  });

  test('takes nothing for sent on an answer that is none', async () => {
    await using central = await centre();
    await using desk = await syncedDesk(central);
    await desk.base.session.signIn('ana', password);
    await desk.reach('pulled', () => !desk.base.sync.state.loading);
    central.faults.garbage = 2;
    desk.base.customers.create(customer());
    await desk.reach('the outbox is empty', () => desk.base.sync.state.waiting === 0);
    expect(central.applied).toHaveLength(1);
    expect(central.faults.garbage).toBe(0);
  });

  test('sends one by one what the server cannot read together, and parks the unreadable one', async () => {
    await using central = await centre();
    await using desk = await syncedDesk(central);
    await desk.base.session.signIn('ana', password);
    await desk.reach('pulled', () => !desk.base.sync.state.loading);
    central.faults.largestPush = 1;
    await central.down();
    for (let at = 0; at < 5; at++) desk.base.customers.create(customer());
    await central.up();
    await desk.reach('all sent', () => desk.base.sync.state.waiting === 0);
    expect(central.applied).toHaveLength(5);
    central.faults.largestPush = 0;
    desk.base.customers.create(customer());
    await desk.reach('parked', () => desk.base.sync.state.refused === 1);
    expect(desk.base.outbox.parked()[0]?.refusal.code).toBe('malformed');
  });

  test('sends what one person left under that person’s name while another is signed in', async () => {
    await using central = await centre();
    await using desk = await syncedDesk(central);
    await desk.base.session.signIn('bor', password);
    desk.base.session.signOut();
    await desk.base.session.signIn('ana', password);
    await central.down();
    desk.base.customers.create(customer());
    desk.base.session.signOut();
    await desk.base.session.signIn('bor', password);
    desk.base.customers.create(customer());
    await central.up();
    await desk.reach('both sent', () => central.applied.length === 2);
    expect(central.applied.map((one) => one.userId)).toEqual(['u-ana', 'u-bor']);
  });
});

describe('pulling', () => {
  test('fills the base, and takes changes and tombstones as they are poked', async () => {
    await using central = await centre();
    const people = Array.from({ length: 2_500 }, () => customer());
    central.change(...people.map(changeOf));
    await using desk = await syncedDesk(central);
    await desk.base.session.signIn('ana', password);
    await desk.reach('whole', () => !desk.base.sync.state.loading);
    expect(desk.base.sync.state.customers).toBe(2_500);
    await desk.reach('listening', () => central.listeners === 1);

    const [first, second] = people;
    if (!first || !second) throw new Error('no people');
    central.change(changeOf({ ...first, name: 'Nova Ime', version: 2 }), {
      entity: 'customer',
      id: second.customerId,
      body: null,
    });
    await desk.reach('taken', () => desk.base.sync.state.customers === 2_499);
    expect(desk.base.customers.byId(first.customerId)?.name).toBe('Nova Ime');
    expect(desk.base.customers.byId(second.customerId)).toBeNull();
    expect(desk.base.customers.byNumber(second.numbers[0]?.number ?? '')).toEqual([]);
    expect(desk.base.customers.search('nova ime', 5).map((one) => one.customerId)).toEqual([
      first.customerId,
    ]);
  });

  test('lets a page of garbage change nothing, also its sound part', async () => {
    await using central = await centre();
    const first = customer();
    central.change(changeOf(first));
    central.faults.garbageChanges = 2;
    await using desk = await syncedDesk(central);
    await desk.base.session.signIn('ana', password);
    await desk.reach('garbage seen', () =>
      desk.host.log.lines.some((line) => line.facts['event'] === 'pull-unsound'),
    );
    expect(desk.base.sync.state.customers).toBe(0);
    await desk.reach('sound in the end', () => desk.base.sync.state.customers === 1);
    expect(desk.base.customers.byId(first.customerId)).toEqual(first);
  });

  test('pulls all again after a reset without ever being empty, and sweeps what is gone', async () => {
    await using central = await centre();
    const people = Array.from({ length: 1_500 }, () => customer());
    central.change(...people.map(changeOf));
    await using desk = await syncedDesk(central);
    await desk.base.session.signIn('ana', password);
    await desk.reach('whole', () => !desk.base.sync.state.loading);
    const own = (await central.down(), desk.base.customers.create(customer()));
    let least = Infinity;
    desk.base.sync.onChange((state) => (least = Math.min(least, state.customers)));
    central.reset(...people.slice(0, 1_200).map(changeOf));
    await central.up();
    await desk.reach('swept', () => desk.base.sync.state.customers === 1_201);
    expect(least).toBeGreaterThanOrEqual(1_201);
    expect(desk.base.customers.byId(own.customerId)).not.toBeNull();
    expect(desk.base.customers.byId(people[1_400]?.customerId ?? '')).toBeNull();
  });

  test('keeps what was edited here on top of what is pulled until the server has it', async () => {
    await using central = await centre();
    const first = customer({ name: 'Staro Ime' });
    central.change(changeOf(first));
    await using desk = await syncedDesk(central);
    await desk.base.session.signIn('ana', password);
    await desk.reach('whole', () => desk.base.sync.state.customers === 1);
    // No answer to a push ever arrives; the pull goes through.
    central.faults.dropAfterCommit = 1_000_000;
    desk.base.customers.edit(first.customerId, 1, { name: 'Moje Ime' });
    central.change(changeOf({ ...first, note: 'od drugod', version: 2 }));
    await desk.reach('pulled', () => desk.base.customers.byId(first.customerId)?.version === 2);
    expect(desk.base.customers.byId(first.customerId)).toMatchObject({
      name: 'Moje Ime',
      note: 'od drugod',
    });
    expect(desk.base.customers.search('moje ime', 5)).toHaveLength(1);
  });

  test('does not hold up the event loop while a base is loaded', async () => {
    await using central = await centre();
    central.change(...Array.from({ length: 3_000 }, () => changeOf(customer())));
    await using desk = await syncedDesk(central);
    let turns = 0;
    let going = true;
    const turn = (): void => {
      turns++;
      if (going) setImmediate(turn);
    };
    turn();
    await desk.base.session.signIn('ana', password);
    const before = turns;
    await desk.reach('whole', () => !desk.base.sync.state.loading);
    going = false;
    expect(turns - before).toBeGreaterThan(10);
  });
});

describe('a token that no longer holds', () => {
  test('asks for signing in again and keeps what is unsent', async () => {
    await using central = await centre();
    await using desk = await syncedDesk(central);
    await desk.base.session.signIn('ana', password);
    await desk.reach('up', () => desk.base.sync.state.server === 'up');
    await central.down();
    central.revoke('ana');
    desk.base.customers.create(customer());
    await central.up();
    await desk.reach('signed out', () => desk.base.session.snapshot.phase === 'signed-out');
    expect(desk.base.outbox.counts().waiting).toBe(1);
    await desk.base.session.signIn('ana', password);
    await desk.reach('sent', () => central.applied.length === 1);
  });

  test('does not put anybody out in the middle of a call', async () => {
    await using central = await centre();
    await using desk = await syncedDesk(central);
    await desk.base.session.signIn('ana', password);
    desk.callIsUp = true;
    central.revoke('ana');
    central.poke();
    await desk.reach('unconfirmed', () => desk.base.session.snapshot.offline);
    desk.host.clock.advance(60_000);
    expect(desk.base.session.snapshot.phase).toBe('signed-in');
    desk.callIsUp = false;
    await desk.reach('out', () => desk.base.session.snapshot.phase === 'signed-out');
  });
});
