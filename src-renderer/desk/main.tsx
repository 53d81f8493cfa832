/** The desk page: what the operator sees. It may be reloaded at any moment; the facts live in main. */
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './ui/base.css';
import { createRoot } from 'react-dom/client';
import * as z from 'zod';
import { createI18n } from '../i18n/create-i18n.ts';
import { connectDesk } from '../wire/connect-desk.ts';
import { createDeskLink } from '../wire/desk-link.ts';
import { DeskPage } from './shell/DeskPage.tsx';
import { createDeskStore } from './state/desk-store.ts';
import { createFeed } from './state/feed.ts';

// The page's policy forbids `new Function`, which zod would otherwise try.
z.config({ jitless: true });

const store = createDeskStore();
const connect = connectDesk(window);
const link = createDeskLink(connect, createFeed(store));
const root = document.getElementById('page');
if (root)
  createRoot(root).render(<DeskPage client={link.client} store={store} texts={createI18n('sl')} />);
// After connectDesk, which has stored the token that the voice page reads.
const voice = document.querySelector<HTMLTemplateElement>('template#voice');
if (voice && window.centrala?.host !== 'electron')
  document.body.append(voice.content.cloneNode(true));
