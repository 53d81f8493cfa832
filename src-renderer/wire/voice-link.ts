/**
 * The link between voice page and desk main: the page serves, main asks. In Electron over a port that the preload hands
 * out, in a browser over a WebSocket on which the page is the server though it called.
 */
import type { Context, Router } from '@orpc/server';
import { RPCHandler as PortHandler } from '@orpc/server/message-port';
import { RPCHandler as SocketHandler } from '@orpc/server/websocket';
import type { voiceContract } from '#shared/contract/voice.ts';
import { protocolVersion } from '#shared/contract/protocol.ts';

export type VoiceRouter = Router<typeof voiceContract, Context>;

export interface VoiceLinkListener {
  /** The link to main is gone; the next one is being tried. Not called for tries that never came up. */
  readonly lost: () => void;
}

/** Close code of a host that has given the sound to another tab. */
const soundElsewhere = 4001;
const retry = { first: 250, most: 3_000, elsewhere: 5_000 } as const;
/** Milliseconds a link must have lasted for the next try to be quick again. */
const steady = 3_000;
/** Milliseconds after which the preload is asked again: it may not have listened yet. */
const askAgain = 2_000;

interface Attempt extends Disposable {
  /** Settles when the link has gone, or never came. */
  readonly gone: Promise<{ readonly elsewhere: boolean }>;
}

/** Links, and links again, until it is disposed of. */
export function openVoiceLink(router: VoiceRouter, listener: VoiceLinkListener): Disposable {
  const dial = window.centrala?.host === 'electron' ? dialPort : dialSocket;
  let disposed = false;
  let attempt: Attempt | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let pause: number = retry.first;

  const next = () => {
    let upAt: number | null = null;
    attempt = dial(router, () => {
      upAt = performance.now();
    });
    void attempt.gone.then(({ elsewhere }) => {
      if (disposed) return;
      if (upAt !== null) listener.lost();
      if (upAt !== null && performance.now() - upAt >= steady) pause = retry.first;
      timer = setTimeout(next, elsewhere ? retry.elsewhere : pause);
      pause = Math.min(pause * 2, retry.most);
    });
  };
  next();
  return {
    [Symbol.dispose]: () => {
      disposed = true;
      if (timer) clearTimeout(timer);
      attempt?.[Symbol.dispose]();
    },
  };
}

function dialSocket(router: VoiceRouter, up: () => void): Attempt {
  const token = sessionStorage.getItem('centrala-token');
  if (token === null)
    return { gone: Promise.resolve({ elsewhere: false }), [Symbol.dispose]: () => {} };
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const socket = new WebSocket(`${scheme}://${location.host}/wire/voice`, [
    `centrala.v${protocolVersion}`,
    `token.${token}`,
  ]);
  socket.binaryType = 'arraybuffer';
  new SocketHandler(router).upgrade(socket);
  socket.addEventListener('open', up);
  return {
    gone: new Promise((resolve) => {
      socket.addEventListener('close', (event) =>
        resolve({ elsewhere: event.code === soundElsewhere }),
      );
    }),
    [Symbol.dispose]: () => socket.close(),
  };
}

function dialPort(router: VoiceRouter, up: () => void): Attempt {
  let port: MessagePort | null = null;
  let settle: (gone: { elsewhere: boolean }) => void = () => {};
  const gone = new Promise<{ elsewhere: boolean }>((resolve) => {
    settle = resolve;
  });
  const ask = () => window.postMessage({ type: 'want-port', contract: 'voice' }, location.origin);
  const asking = setInterval(ask, askAgain);
  const finish = () => {
    clearInterval(asking);
    removeEventListener('message', take);
    port?.close();
    settle({ elsewhere: false });
  };
  const take = (event: MessageEvent<unknown>) => {
    const [given] = event.ports;
    if (event.source !== window || !given || !isPortForVoice(event.data)) return;
    // A late answer to an earlier asking: main must not think that a second page is here.
    if (port) return given.close();
    clearInterval(asking);
    port = given;
    new PortHandler(router).upgrade(given);
    // Main's end, or main itself, has gone (https://html.spec.whatwg.org/#event-message-port-close).
    given.addEventListener('close', finish);
    given.start();
    up();
  };
  addEventListener('message', take);
  ask();
  return { gone, [Symbol.dispose]: finish };
}

function isPortForVoice(data: unknown): boolean {
  return (
    typeof data === 'object' &&
    data !== null &&
    'type' in data &&
    data.type === 'port' &&
    'contract' in data &&
    data.contract === 'voice'
  );
}
