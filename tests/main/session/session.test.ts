import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { OpenedSession } from '#shared/contract/central.ts';
import { SessionError } from '../../../src-main/session/session-error.ts';
import { fakeCentral, type FakeCentral } from '../../support/fake-central.ts';
import { ana, bor, changeOf, customer, syncedDesk } from '../../support/synced-desk.ts';
import { internet } from '../../support/projects.ts';

const password = 'geslo-geslo';

async function centre(...people: readonly OpenedSession[]): Promise<FakeCentral> {
  const central = await fakeCentral();
  for (const person of people) central.addPerson(person, password);
  return central;
}

async function whyNot(attempt: Promise<unknown>): Promise<string | null> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof SessionError) return error.code;
    throw error;
  }
  return null;
}

describe('signing in', () => {
  test('tells who it is, with projects as they arrive, and keeps the line in main', async () => {
    await using central = await centre(ana);
    central.change({ entity: 'project', id: 'internet', body: internet });
    await using desk = await syncedDesk(central);
    const { session } = desk.base;
    expect(session.snapshot).toMatchObject({ phase: 'signed-out', server: central.address });
    await session.signIn('ana', password);
    expect(session.snapshot).toMatchObject({
      phase: 'signed-in',
      name: 'Ana Kovač',
      offline: false,
    });
    await desk.reach('the project is there', () => session.snapshot.projects.length === 1);
    expect(session.snapshot.numberPlan).toEqual({ region: 'SI', outsidePrefix: '0' });
    expect(session.lineAccount()?.secret).toBe('line-secret');
    expect(JSON.stringify(session.snapshot)).not.toContain('line-secret');
    expect(JSON.stringify(desk.host.log.lines)).not.toMatch(/line-secret|geslo|Ana|token-/);
    session.signOut();
    expect(session.snapshot).toMatchObject({ phase: 'signed-out', name: null, projects: [] });
    expect(session.lineAccount()).toBeNull();
  });

  test('is refused in words for a wrong password, too many tries, and a server that is away', async () => {
    await using central = await centre(ana);
    await using desk = await syncedDesk(central);
    const { session } = desk.base;
    expect(await whyNot(session.signIn('ana', 'napak'))).toBe('BAD_CREDENTIALS');
    central.faults.tooManyTries = true;
    expect(await whyNot(session.signIn('ana', password))).toBe('TOO_MANY_TRIES');
    await central.down();
    expect(await whyNot(session.signIn('ana', password))).toBe('OFFLINE');
    expect(session.snapshot.phase).toBe('signed-out');
  });

  test('works from memory while the server is away, and is confirmed when it is back', async () => {
    await using central = await centre(ana);
    await using desk = await syncedDesk(central);
    await desk.base.session.signIn('ana', password);
    desk.base.session.signOut();
    await central.down();
    expect(await whyNot(desk.base.session.signIn('Ana', 'napak'))).toBe('BAD_CREDENTIALS');
    await desk.base.session.signIn('Ana', password);
    expect(desk.base.session.snapshot).toMatchObject({ phase: 'signed-in', offline: true });
    expect(desk.base.session.lineAccount()?.extension).toBe('201');
    await central.up();
    await desk.reach('confirmed', () => !desk.base.session.snapshot.offline);
  });

  test('goes on after a restart in the same shift, not the day after', async () => {
    await using central = await centre(ana);
    await using desk = await syncedDesk(central);
    await desk.base.session.signIn('ana', password);
    await desk.restart();
    desk.base.session.resume();
    expect(desk.base.session.snapshot).toMatchObject({ phase: 'signed-in', username: 'ana' });
    await desk.reach('confirmed', () => !desk.base.session.snapshot.offline);
    desk.host.clock.advance(13 * 3_600_000);
    await desk.restart();
    desk.base.session.resume();
    expect(desk.base.session.snapshot.phase).toBe('signed-out');
  });

  test('with other rights forgets what was pulled, never what is unsent', async () => {
    const lead: OpenedSession = { ...bor, role: 'lead' };
    await using central = await centre(ana, lead);
    central.change(changeOf(customer()), changeOf(customer()));
    await using desk = await syncedDesk(central);
    await desk.base.session.signIn('ana', password);
    await desk.reach('pulled', () => desk.base.sync.state.customers === 2);
    await desk.base.session.signIn('bor', password);
    await desk.reach('pulled again', () => desk.base.sync.state.customers === 2);
    desk.base.session.signOut();
    await central.down();
    await desk.base.session.signIn('ana', password);
    expect(desk.base.sync.state).toMatchObject({ customers: 0, loading: true });
    const own = desk.base.customers.create(customer());
    desk.base.session.signOut();
    await desk.base.session.signIn('bor', password);
    expect(desk.base.customers.byId(own.customerId)?.name).toBe(own.name);
    await central.up();
    await desk.reach('sent', () => central.applied.length === 1);
    expect(central.applied[0]?.userId).toBe('u-ana');
  });
});

describe('choosing a server', () => {
  test('checks it before it is kept', async () => {
    await using central = await centre(ana);
    await using desk = await syncedDesk(central, null);
    const { session } = desk.base;
    expect(session.snapshot.phase).toBe('setup');
    expect(await whyNot(session.chooseServer('http://127.0.0.1:1'))).toBe('OFFLINE');
    expect(await whyNot(session.chooseServer(`${central.address}/nowhere`))).toBe('BAD_SERVER');
    expect(session.snapshot.phase).toBe('setup');
    expect(await whyNot(session.chooseServer(`${central.address}/`))).toBeNull();
    expect(session.snapshot).toMatchObject({ phase: 'signed-out', server: central.address });
  });

  test('is not for the person where an administrator has chosen', async () => {
    await using central = await centre(ana);
    await using desk = await syncedDesk(central);
    const { session } = desk.base;
    await session.signIn('ana', password);
    expect(await whyNot(session.chooseServer('http://127.0.0.1:1'))).toBe('NOT_ALLOWED');
    expect(session.snapshot).toMatchObject({ phase: 'signed-in', server: central.address });
    expect(await whyNot(session.chooseServer(`${central.address}/`))).toBeNull();
  });

  test('shows no token of the first server to the next, and loses nothing unsent', async () => {
    await using central = await centre(ana);
    await using desk = await syncedDesk(central, null);
    const shown: string[] = [];
    const stranger = createServer((request, response) => {
      shown.push(request.headers.authorization ?? '');
      response.writeHead(request.url === '/health' ? 200 : 401).end();
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', () => resolve()));
    const { session, sync, customers } = desk.base;
    await session.chooseServer(central.address);
    await session.signIn('ana', password);
    await central.down();
    customers.create(customer());
    await desk.reach('the server is away', () => sync.state.server === 'down');
    await session.chooseServer(`http://127.0.0.1:${(stranger.address() as AddressInfo).port}`);
    sync.now();
    // What was under way with a token has arrived when these were answered.
    for (let times = 0; times < 3; times++)
      expect(await whyNot(session.signIn('ana', password))).toBe('BAD_CREDENTIALS');
    expect(shown.length).toBeGreaterThan(3);
    expect(shown.filter((authorization) => authorization !== '')).toEqual([]);
    expect(sync.state.waiting).toBe(1);
    stranger.closeAllConnections();
    stranger.close();
  });
});
