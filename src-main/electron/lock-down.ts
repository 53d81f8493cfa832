/** What no page may do: permissions beyond the microphone, navigation, new windows, webviews. */
import { app, session } from 'electron';
import { appOrigin } from './app-scheme.ts';

const granted: ReadonlySet<string> = new Set(['media', 'speaker-selection', 'hid']);

export function lockDown(): void {
  const pages = session.defaultSession;
  pages.setPermissionRequestHandler((contents, permission, grant, details) => {
    const ours = contents.getURL().startsWith(`${appOrigin}/`);
    const onlyAudio =
      permission !== 'media' ||
      !('mediaTypes' in details) ||
      (details.mediaTypes ?? []).every((type) => type === 'audio');
    grant(ours && onlyAudio && granted.has(permission));
  });
  pages.setPermissionCheckHandler(
    (_contents, permission, origin) =>
      (origin === appOrigin || origin === `${appOrigin}/`) && granted.has(permission),
  );
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}
