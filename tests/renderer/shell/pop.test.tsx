import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { createDeskStore } from '../../../src-renderer/desk/state/desk-store.ts';
import { createFeed } from '../../../src-renderer/desk/state/feed.ts';
import { createI18n } from '../../../src-renderer/i18n/create-i18n.ts';
import { PopPage } from '../../../src-renderer/pop/PopPage.tsx';
import { createDeskLink } from '../../../src-renderer/wire/desk-link.ts';
import { marijasCard, ringing } from '../../support/fake-desk-data.ts';
import { createFakeDesk } from '../../support/fake-desk.ts';
import { axeFaults, callId } from './desk-bench.tsx';

it('shows the ringing call in its own small window and answers it', async () => {
  using fake = createFakeDesk();
  const store = createDeskStore();
  using link = createDeskLink(fake.connect, createFeed(store));
  render(<PopPage client={link.client} store={store} texts={createI18n('sl')} />);
  expect(await screen.findByText('Nič ne zvoni.')).toBeTruthy();
  fake.setCall(ringing(callId), marijasCard());
  expect(await screen.findByText('Marija Žagar')).toBeTruthy();
  expect(document.activeElement).toBe(document.body);
  expect(await axeFaults()).toEqual([]);
  await userEvent.click(screen.getByRole('button', { name: /Sprejmi/ }));
  await waitFor(() => expect(screen.queryByText('Marija Žagar')).toBeNull());
  expect(fake.callOf(callId).phase).toBe('talking');
});
