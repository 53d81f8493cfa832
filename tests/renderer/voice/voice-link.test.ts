/** The link in Electron: a port from the preload, and another one when that is gone. */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { implement } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { voiceContract } from '#shared/contract/voice.ts';
import { openVoiceLink, type VoiceRouter } from '../../../src-renderer/wire/voice-link.ts';

type VoiceRpc = ContractRouterClient<typeof voiceContract>;

/** The preload: answers a wish for a port, and keeps main's end. */
class Preload {
  readonly ends: MessagePort[] = [];
  readonly hear = (event: MessageEvent<unknown>) => {
    if (JSON.stringify(event.data) !== '{"type":"want-port","contract":"voice"}') return;
    const { port1, port2 } = new MessageChannel();
    this.ends.push(port1);
    const answer = new MessageEvent('message', {
      data: { type: 'port', contract: 'voice' },
      source: window,
    });
    Object.defineProperty(answer, 'ports', { value: [port2] });
    window.dispatchEvent(answer);
  };
}

let preload: Preload;
let rings: string[];
const lost = vi.fn<() => void>();

beforeEach(() => {
  Object.assign(window, { centrala: { host: 'electron' } });
  preload = new Preload();
  rings = [];
  lost.mockClear();
  addEventListener('message', preload.hear);
});

afterEach(() => {
  removeEventListener('message', preload.hear);
  for (const end of preload.ends) end.close();
  Reflect.deleteProperty(window, 'centrala');
});

/** Just enough of the page to be called. */
function router(): VoiceRouter {
  const os = implement(voiceContract);
  return {
    ring: {
      start: os.ring.start.handler(({ input }) => {
        rings.push(input.tone);
      }),
    },
  } as unknown as VoiceRouter;
}

function opened(): void {
  const link = openVoiceLink(router(), { lost });
  onTestFinished(() => link[Symbol.dispose]());
}

function client(port: MessagePort): VoiceRpc {
  port.start();
  return createORPCClient(new RPCLink({ port }));
}

const end = (index: number) =>
  vi.waitUntil(() => preload.ends[index], { timeout: 5_000, interval: 20 });

describe('the link in Electron', () => {
  it('serves the contract on the port it is given', async () => {
    opened();
    const rpc = client(await end(0));
    await rpc.ring.start({ tone: 'call-waiting', melody: 'classic' });
    expect(rings).toEqual(['call-waiting']);
    await expect(
      rpc.ring.start({ tone: 'gong' as 'call-waiting', melody: 'classic' }),
    ).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
    expect(rings).toEqual(['call-waiting']);
  });

  it('says when main is gone, and asks for another port', async () => {
    opened();
    (await end(0)).close();
    const rpc = client(await end(1));
    expect(lost).toHaveBeenCalledTimes(1);
    await rpc.ring.start({ tone: 'ring', melody: 'classic' });
    expect(rings).toEqual(['ring']);
  });

  it('keeps to the first port and closes a late second one', async () => {
    opened();
    const rpc = client(await end(0));
    preload.hear(new MessageEvent('message', { data: { type: 'want-port', contract: 'voice' } }));
    const second = await end(1);
    await new Promise((resolve) => {
      second.on('close', () => resolve(undefined));
    });
    await rpc.ring.start({ tone: 'ring', melody: 'classic' });
    expect(rings).toEqual(['ring']);
    expect(lost).not.toHaveBeenCalled();
  });

  it('takes no port that somebody else sends', async () => {
    removeEventListener('message', preload.hear);
    opened();
    const { port1, port2 } = new MessageChannel();
    onTestFinished(() => port1.close());
    const foreign = new MessageEvent('message', {
      data: { type: 'port', contract: 'voice' },
      source: null,
    });
    Object.defineProperty(foreign, 'ports', { value: [port2] });
    window.dispatchEvent(foreign);
    addEventListener('message', preload.hear);
    const rpc = client(await end(0));
    await rpc.ring.start({ tone: 'call-waiting', melody: 'classic' });
    expect(rings).toEqual(['call-waiting']);
    expect(lost).not.toHaveBeenCalled();
  });
});
