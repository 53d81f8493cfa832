/** What no page may do: permissions beyond the microphone, navigation, new windows, webviews. */
import { app, session } from 'electron';
import { isGranted, mayBeGranted } from './permission-rule.ts';

export function lockDown(): void {
  const pages = session.defaultSession;
  pages.setPermissionRequestHandler((_contents, permission, grant, details) =>
    grant(
      mayBeGranted(
        permission,
        details.requestingUrl,
        'mediaTypes' in details ? details.mediaTypes : undefined,
      ),
    ),
  );
  pages.setPermissionCheckHandler((_contents, permission, origin, { mediaType }) =>
    isGranted(permission, origin, mediaType),
  );
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}
