/** The whole desk page on a fake desk, and the questions tests ask of it. */
import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { vi } from 'vitest';
import type { Session } from '#shared/contract/desk.ts';
import type { Language } from '#shared/model/language.ts';
import { DeskPage } from '../../../src-renderer/desk/shell/DeskPage.tsx';
import { createDeskStore } from '../../../src-renderer/desk/state/desk-store.ts';
import { createFeed } from '../../../src-renderer/desk/state/feed.ts';
import { createI18n } from '../../../src-renderer/i18n/create-i18n.ts';
import { createDeskLink } from '../../../src-renderer/wire/desk-link.ts';
import { createFakeDesk, type FakeDesk } from '../../support/fake-desk.ts';

export const callId = '0192f0ac-0000-7000-8000-000000000001';
export const otherId = '0192f0ac-0000-7000-8000-000000000002';

export interface DeskBench extends Disposable {
  readonly fake: FakeDesk;
  readonly user: ReturnType<typeof userEvent.setup>;
  readonly store: ReturnType<typeof createDeskStore>;
  /** Names and inputs of the commands of that name, in order. */
  given(name: string): readonly unknown[];
}

export async function openDesk(
  start: {
    readonly session?: Session;
    readonly language?: Language;
    readonly keyKeptIn?: 'keychain' | 'file';
    readonly set?: (fake: FakeDesk) => void;
    readonly waitFor?: 'session' | 'nothing';
  } = {},
): Promise<DeskBench> {
  const fake = createFakeDesk(start);
  start.set?.(fake);
  const store = createDeskStore();
  const link = createDeskLink(fake.connect, createFeed(store), {
    answer: 2000,
    firstRetry: 20,
    longestRetry: 40,
    settle: 20,
  });
  const texts = createI18n(start.language ?? 'sl');
  render(<DeskPage client={link.client} store={store} texts={texts} />);
  await vi.waitFor(() => {
    if (start.waitFor !== 'nothing' && store.getState().session === null)
      throw new Error('no session yet');
  });
  return {
    fake,
    store,
    user: userEvent.setup(),
    given: (name) =>
      fake.commands.filter((command) => command.name === name).map((command) => command.input),
    [Symbol.dispose]: () => {
      link[Symbol.dispose]();
      fake[Symbol.dispose]();
    },
  };
}

/** What axe finds in the page; colours are looked at in a real browser. */
export async function axeFaults(): Promise<string[]> {
  const found = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } });
  return found.violations.map(
    (one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 140)).join(' | ')}`,
  );
}
