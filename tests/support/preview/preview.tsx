/**
 * The desk page against the fake desk, for looking at: `?scene=talking&language=en`. Built by the config beside it,
 * never shipped. `window.fake` drives it further.
 */
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import '../../../src-renderer/desk/ui/base.css';
import { createRoot } from 'react-dom/client';
import * as z from 'zod';
import { DeskPage } from '../../../src-renderer/desk/shell/DeskPage.tsx';
import { createDeskStore } from '../../../src-renderer/desk/state/desk-store.ts';
import { createFeed } from '../../../src-renderer/desk/state/feed.ts';
import { createI18n } from '../../../src-renderer/i18n/create-i18n.ts';
import { PopPage } from '../../../src-renderer/pop/PopPage.tsx';
import { createDeskLink } from '../../../src-renderer/wire/desk-link.ts';
import { createFakeDesk } from '../fake-desk.ts';
import { playScene } from './scenes.ts';

z.config({ jitless: true });

const wanted = new URLSearchParams(location.search);
const language = wanted.get('language') === 'en' ? 'en' : 'sl';
const fake = createFakeDesk({ language });
const store = createDeskStore();
playScene(wanted.get('scene') ?? 'idle', fake, store);
const link = createDeskLink(fake.connect, createFeed(store));
Object.assign(window, { fake });
const texts = createI18n(language);
const root = document.getElementById('page');
if (root)
  createRoot(root).render(
    wanted.get('page') === 'pop' ? (
      <PopPage client={link.client} store={store} texts={texts} />
    ) : (
      <DeskPage client={link.client} store={store} texts={texts} />
    ),
  );
