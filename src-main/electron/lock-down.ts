/** What no page may do: permissions beyond microphone and headset, navigation, new windows, webviews. */
import { app, session } from 'electron';
import { isGranted, mayBeGranted, mayOpenDevice } from './permission-rule.ts';

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
  pages.setDevicePermissionHandler(({ deviceType, origin, device }) =>
    mayOpenDevice(deviceType, origin, 'collections' in device ? device : {}),
  );
  // A page that asks has its answer from the rule above; no list is shown.
  pages.on('select-hid-device', (event, { deviceList, frame }, choose) => {
    event.preventDefault();
    const origin = frame?.origin ?? '';
    choose(deviceList.find((device) => mayOpenDevice('hid', origin, device))?.deviceId);
  });
  app.on('web-contents-created', (_event, contents) => {
    // A page may begin anew, as the voice page does when it is spent; it goes nowhere else.
    const stay = (event: { readonly url: string; preventDefault(): void }): void => {
      if (event.url !== contents.getURL()) event.preventDefault();
    };
    contents.on('will-navigate', stay);
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-frame-navigate', stay);
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}
