/** pop: the small window above all others that shows a ringing call and lets it be answered or rejected. */
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '../desk/ui/base.css';
import { createRoot } from 'react-dom/client';
import * as z from 'zod';
import { createDeskStore } from '../desk/state/desk-store.ts';
import { createFeed } from '../desk/state/feed.ts';
import { createI18n } from '../i18n/create-i18n.ts';
import { connectDesk } from '../wire/connect-desk.ts';
import { createDeskLink } from '../wire/desk-link.ts';
import { PopPage } from './PopPage.tsx';

// The page's policy forbids `new Function`, which zod would otherwise try.
z.config({ jitless: true });

const store = createDeskStore();
const link = createDeskLink(connectDesk(window), createFeed(store));
const root = document.getElementById('page');
if (root)
  createRoot(root).render(<PopPage client={link.client} store={store} texts={createI18n('sl')} />);
