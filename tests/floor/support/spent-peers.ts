/** A voice page for which the browser makes no more peers, as Chromium does where 500 of a page's were not collected yet. */
import type { Frame, Page } from 'playwright-core';

export const spendPeers = (page: Page | Frame): Promise<void> =>
  page.evaluate(() => {
    Reflect.set(window, 'RTCPeerConnection', function refuse() {
      throw new DOMException('Cannot create so many PeerConnections', 'UnknownError');
    });
  });

export const hasPeers = (page: Page | Frame): Promise<boolean> =>
  page.evaluate(() => RTCPeerConnection.name !== 'refuse');
