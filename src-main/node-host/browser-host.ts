/** The desk in a browser: the same desk, hosted by plain Node on loopback; both pages live in one tab. */
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { RPCHandler } from '@orpc/server/ws';
import type { WebSocket } from 'ws';
import { createDesk, type Desk } from '../desk.ts';
import type { Host } from '../host.ts';
import { Listeners } from '../listeners.ts';
import type { Log } from '../log.ts';
import { secretFile } from '../secret-file.ts';
import type { Settings } from '../settings/settings.ts';
import { systemClock } from '../system-clock.ts';
import type { VoiceClient } from '../voice/voice-client.ts';
import { servePages, type PageServer, type Wire } from './page-server.ts';
import { watchForWaking } from './waking.ts';

export interface BrowserHost extends AsyncDisposable {
  readonly address: string;
  readonly desk: Desk;
}

/** Errors: SettingsError, StoreError, EADDRINUSE. */
export async function startBrowserHost(options: {
  readonly settings: Settings;
  readonly pages: string;
  readonly log: Log;
  readonly token?: string;
}): Promise<BrowserHost> {
  const { settings, log } = options;
  const arrivals = new Listeners<VoiceClient>();
  const waking = new Listeners<void>();
  const dialWishes = new Listeners<string>();
  const host: Host = {
    name: 'browser',
    dataFolder: settings.dataFolder,
    secrets: secretFile,
    clock: systemClock,
    log,
    server: settings.server,
    // The tab shows the ringing call itself; there is no second window to show.
    showPop: () => undefined,
    onVoicePage: (arrived) => arrivals.add(arrived),
    onDialWish: (asked) => dialWishes.add(asked),
    onWake: (woke) => waking.add(woke),
  };
  const desk = await createDesk(host, settings);
  const handler = new RPCHandler(desk.router);
  const connected = (wire: Wire, socket: WebSocket): void => {
    socket.on('error', (error) => log.warn({ error, wire }, 'a page connection failed'));
    if (wire === 'desk') {
      void handler.upgrade(socket, { context: {} });
      return;
    }
    const client = voiceClientOver(socket);
    arrivals.tell(client);
  };
  let server: PageServer;
  try {
    server = await servePages({
      folder: options.pages,
      port: settings.port,
      log,
      token: options.token,
      connected,
      dialWished: (written) => dialWishes.tell(written),
    });
  } catch (error) {
    await desk[Symbol.asyncDispose]();
    throw error;
  }
  const watch = watchForWaking(systemClock, () => waking.tell());
  return {
    address: server.address,
    desk,
    async [Symbol.asyncDispose]() {
      watch[Symbol.dispose]();
      // The desk first: it says goodbye to the exchange while the voice page can still close its peers.
      await desk[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

function voiceClientOver(socket: WebSocket): VoiceClient {
  return {
    rpc: createORPCClient(new RPCLink({ websocket: socket })),
    closed: new Promise((resolve) => socket.once('close', () => resolve())),
    end: () => socket.terminate(),
  };
}
