/** Runs in Chromium: a line as JsSIP offers it by itself, with nothing set but who it is. */
import JsSIP from 'jssip';
import type { RTCSession } from 'jssip/lib/RTCSession.js';
import type { IncomingRTCSessionEvent } from 'jssip/lib/UA.js';

export interface JsSipTelephone {
  /** Settles when it is registered. */
  open(server: string, uri: string, password: string): Promise<void>;
  /** Takes the call that rings, or the next that does; settles when JsSIP has answered it. */
  answer(): Promise<void>;
}

const rung: RTCSession[] = [];
let look = (): void => undefined;

const telephone: JsSipTelephone = {
  open: (server, uri, password) =>
    new Promise((resolve, reject) => {
      const ua = new JsSIP.UA({
        sockets: [new JsSIP.WebSocketInterface(server)],
        uri,
        password,
      });
      ua.on('registered', () => resolve());
      ua.on('registrationFailed', ({ cause }: { cause?: string }) =>
        reject(new Error(`JsSIP is not registered: ${cause ?? ''}`)),
      );
      ua.on('newRTCSession', ({ session }: IncomingRTCSessionEvent) => {
        rung.push(session);
        look();
      });
      ua.start();
    }),
  answer: () =>
    new Promise((resolve, reject) => {
      look = () => {
        const session = rung.shift();
        if (!session) return;
        look = () => undefined;
        session.on('accepted', () => resolve());
        session.on('failed', ({ cause }: { cause: string }) => reject(new Error(cause)));
        session.answer({ mediaConstraints: { audio: true, video: false } });
      };
      look();
    }),
};
Object.assign(window, { telephone });
