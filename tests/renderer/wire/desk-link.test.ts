import { ORPCError } from '@orpc/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDeskStore } from '../../../src-renderer/desk/state/desk-store.ts';
import { createFeed } from '../../../src-renderer/desk/state/feed.ts';
import { createDeskLink, type DeskLink } from '../../../src-renderer/wire/desk-link.ts';
import { marijasCard, ringing } from '../../support/fake-desk-data.ts';
import { createFakeDesk, type FakeDesk } from '../../support/fake-desk.ts';

const callId = '0192f0ae-0000-7000-8000-000000000001';
const times = { answer: 150, firstRetry: 5, longestRetry: 20, settle: 20 };

let fake: FakeDesk;
let link: DeskLink;
let store: ReturnType<typeof createDeskStore>;

beforeEach(async () => {
  fake = createFakeDesk();
  store = createDeskStore();
  link = createDeskLink(fake.connect, createFeed(store), times);
  await vi.waitFor(() => expect(store.getState().session).not.toBeNull());
});
afterEach(() => {
  link[Symbol.dispose]();
  fake[Symbol.dispose]();
});

async function codeOf(call: Promise<unknown>): Promise<unknown> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof ORPCError ? error.code : error;
}

const watches = () => fake.commands.filter((command) => command.name === 'watch').length;

describe('the desk link', () => {
  it('brings the whole state at once, then every change', async () => {
    expect(store.getState()).toMatchObject({ link: 'up', line: { extension: '201' } });
    fake.setCall(ringing(callId), marijasCard());
    await vi.waitFor(() => expect(store.getState().order).toEqual([callId]));
  });

  it('brings a refusal with its code and data', async () => {
    fake.setCall(ringing(callId, { phase: 'ended' }), marijasCard());
    const error = await link.client.calls.answer({ callId }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'WRONG_STATE', data: { state: 'ended' }, defined: true });
  });

  it('comes back by itself and forgets the calls that ended meanwhile', async () => {
    fake.setCall(ringing(callId), marijasCard());
    await vi.waitFor(() => expect(store.getState().order).toEqual([callId]));
    fake.down = true;
    fake.breakLinks();
    await vi.waitFor(() => expect(store.getState().link).toBe('down'));
    expect(store.getState().order).toEqual([callId]);
    fake.gone(callId);
    fake.down = false;
    await vi.waitFor(() => expect(store.getState().link).toBe('up'));
    await vi.waitFor(() => expect(store.getState().order).toEqual([]));
  });

  it('refuses calls while there is no connection, and never sends them later', async () => {
    fake.down = true;
    fake.breakLinks();
    await vi.waitFor(() => expect(store.getState().link).toBe('down'));
    expect(await codeOf(link.client.operator.ready())).toBe('LINK_DOWN');
    fake.down = false;
    await vi.waitFor(() => expect(store.getState().link).toBe('up'));
    expect(fake.commands.map((command) => command.name)).not.toContain('operator.ready');
  });

  it('does not repeat a command whose connection broke under it', async () => {
    fake.swallowNext('operator.ready');
    const given = codeOf(link.client.operator.ready());
    await vi.waitFor(() => expect(fake.commands.at(-1)?.name).toBe('operator.ready'));
    fake.breakLinks();
    expect(await given).toBe('LINK_DOWN');
    await vi.waitFor(() => expect(watches()).toBe(2));
    await vi.waitFor(() => expect(store.getState().link).toBe('up'));
    await link.client.settings.read();
    expect(fake.commands.filter((command) => command.name === 'operator.ready')).toHaveLength(1);
  });

  it('gives up on an answer that does not come', async () => {
    fake.swallowNext('settings.read');
    expect(await codeOf(link.client.settings.read())).toBe('TIMEOUT');
  });

  it('begins anew when the other end died without a word', async () => {
    expect(watches()).toBe(1);
    fake.swallowNext('settings.read');
    await codeOf(link.client.settings.read());
    await vi.waitFor(() => expect(watches()).toBe(2));
    await vi.waitFor(() => expect(store.getState().link).toBe('up'));
  });

  it('keeps the connection when only one answer is late', async () => {
    fake.swallowNext('settings.read');
    const late = codeOf(link.client.settings.read());
    await new Promise((resolve) => setTimeout(resolve, 5));
    await link.client.operator.ready();
    expect(await late).toBe('TIMEOUT');
    await link.client.settings.read();
    expect(watches()).toBe(1);
  });

  it('stays away once disposed', async () => {
    link[Symbol.dispose]();
    await vi.waitFor(async () =>
      expect(await codeOf(link.client.settings.read())).toBe('LINK_DOWN'),
    );
    const before = watches();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(watches()).toBe(before);
  });
});
