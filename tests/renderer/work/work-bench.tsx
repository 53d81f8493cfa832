/** A work area on a fake desk, as the shell would show it; and a second page on the same desk for reloads. */
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { cleanup, render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { I18nextProvider } from 'react-i18next';
import type { CallCard } from '#shared/contract/desk.ts';
import type { Call } from '#shared/model/call.ts';
import type { Draft } from '#shared/model/draft.ts';
import type { Language } from '#shared/model/language.ts';
import { DeskContext } from '../../../src-renderer/desk/rpc/desk-client.ts';
import { createDeskStore, DeskStoreContext } from '../../../src-renderer/desk/state/desk-store.ts';
import { createFeed } from '../../../src-renderer/desk/state/feed.ts';
import { TimelinePanel } from '../../../src-renderer/desk/work/timeline/TimelinePanel.tsx';
import { WorkArea } from '../../../src-renderer/desk/work/WorkArea.tsx';
import { createI18n } from '../../../src-renderer/i18n/create-i18n.ts';
import { createDeskLink } from '../../../src-renderer/wire/desk-link.ts';
import { marijasCard, ringing } from '../../support/fake-desk-data.ts';
import { createFakeDesk, type FakeDesk } from '../../support/fake-desk.ts';

export const callId = '0192f0ff-0000-7000-8000-000000000001';

export function talking(changes: Partial<Call> = {}): Call {
  return ringing(callId, {
    phase: 'talking',
    audio: 'flowing',
    answeredAt: new Date().toISOString(),
    ...changes,
  });
}

/** Shows `content` as a page of the desk. */
export function openPage(fake: FakeDesk, content: ReactNode, language: Language = 'sl') {
  const store = createDeskStore();
  const link = createDeskLink(fake.connect, createFeed(store));
  const texts = createI18n(language);
  const shown = render(
    <I18nextProvider i18n={texts}>
      <MantineProvider env="test">
        <DeskContext value={link.client}>
          <DeskStoreContext value={store}>
            <Notifications />
            {content}
          </DeskStoreContext>
        </DeskContext>
      </MantineProvider>
    </I18nextProvider>,
  );
  return {
    ...shown,
    store,
    texts,
    user: userEvent.setup(),
    close: () => {
      cleanup();
      link[Symbol.dispose]();
    },
  };
}

export async function openWork(
  given: {
    readonly card?: Partial<CallCard>;
    readonly call?: Partial<Call>;
    readonly language?: Language;
    readonly fake?: FakeDesk;
  } = {},
) {
  const fake = given.fake ?? createFakeDesk();
  if (!given.fake) fake.setCall(talking(given.call), { ...marijasCard(), ...given.card });
  const page = openPage(
    fake,
    <>
      <WorkArea callId={callId} />
      <TimelinePanel callId={callId} />
    </>,
    given.language,
  );
  await page.findAllByRole('heading');
  return { fake, ...page };
}

/** The drafts that were sent to be saved, oldest first. */
export function savedDrafts(fake: FakeDesk): readonly Draft[] {
  return fake.commands
    .filter((one) => one.name === 'calls.saveDraft')
    .map((one) => (one.input as { draft: Draft }).draft);
}

export function commandsNamed(fake: FakeDesk, name: string): readonly unknown[] {
  return fake.commands.filter((one) => one.name === name).map((one) => one.input);
}
