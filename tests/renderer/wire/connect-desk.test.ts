import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectByPreload } from '../../../src-renderer/wire/desk-port.ts';
import { takeToken } from '../../../src-renderer/wire/desk-socket.ts';

beforeEach(() => {
  sessionStorage.clear();
  history.replaceState(null, '', '/desk.html');
});
afterEach(() => vi.restoreAllMocks());

describe('the start address’s token', () => {
  it('is kept for this tab and leaves the address bar', () => {
    history.replaceState(null, '', '/desk.html?token=abc123&scene=1');
    expect(takeToken(window)).toBe('abc123');
    expect(location.search).toBe('?scene=1');
    expect(takeToken(window)).toBe('abc123');
  });

  it('is replaced by that of a newer start address', () => {
    sessionStorage.setItem('centrala-token', 'old');
    history.replaceState(null, '', '/desk.html?token=new');
    expect(takeToken(window)).toBe('new');
  });

  it('is empty where the page was opened without one', () => {
    expect(takeToken(window)).toBe('');
  });
});

describe('the preload’s port', () => {
  function hand(data: unknown, source: unknown, port: MessagePort): void {
    const event = new MessageEvent('message', { data });
    Object.defineProperties(event, { source: { value: source }, ports: { value: [port] } });
    window.dispatchEvent(event);
  }

  it('is asked for by name and taken only from this very window', async () => {
    const asked = vi.spyOn(window, 'postMessage').mockImplementation(() => undefined);
    const connecting = connectByPreload(window)(new AbortController().signal);
    expect(asked).toHaveBeenCalledWith({ type: 'want-port', contract: 'desk' }, location.origin);
    const foreign = new MessageChannel();
    hand({ type: 'port', contract: 'desk' }, null, foreign.port1);
    const voice = new MessageChannel();
    hand({ type: 'port', contract: 'voice' }, window, voice.port1);
    const { port1, port2 } = new MessageChannel();
    hand({ type: 'port', contract: 'desk' }, window, port1);
    const connection = await connecting;
    port2.close();
    await connection.closed;
    for (const port of [foreign.port1, voice.port1]) port.close();
  });

  it('is given up when the page is left', async () => {
    vi.spyOn(window, 'postMessage').mockImplementation(() => undefined);
    const leaving = new AbortController();
    const connecting = connectByPreload(window)(leaving.signal);
    leaving.abort();
    await expect(connecting).rejects.toThrow('no port');
  });
});
