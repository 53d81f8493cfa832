import { afterEach, expect, test, vi } from 'vitest';
import { askForHeadset, canAskForHeadset } from '../../../src-renderer/wire/headset-permission.ts';
import { headsetAllowed } from '../../../src-renderer/voice/headset/headset-allowed.ts';

const requestDevice = vi.fn<(options: object) => Promise<readonly object[]>>();

function withHid(): void {
  Object.defineProperty(navigator, 'hid', { configurable: true, value: { requestDevice } });
}

afterEach(() => {
  requestDevice.mockReset();
  Reflect.deleteProperty(navigator, 'hid');
  Reflect.deleteProperty(window, 'centrala');
});

test('where the browser has no WebHID nobody can be asked', async () => {
  expect(canAskForHeadset()).toBe(false);
  expect(await askForHeadset()).toBe(false);
});

test('in Electron nobody need be asked', () => {
  withHid();
  expect(canAskForHeadset()).toBe(true);
  Object.defineProperty(window, 'centrala', { configurable: true, value: { host: 'electron' } });
  expect(canAskForHeadset()).toBe(false);
});

test('only telephony devices are offered, and the voice page hears of the one that was chosen', async () => {
  withHid();
  requestDevice.mockResolvedValue([{}]);
  const heard = vi.fn<() => void>();
  using allowed = headsetAllowed(heard);
  expect(allowed).toBeDefined();
  expect(await askForHeadset()).toBe(true);
  expect(requestDevice).toHaveBeenCalledWith({ filters: [{ usagePage: 0x0b }] });
  await expect.poll(() => heard.mock.calls.length).toBe(1);
});

test('nothing chosen, or no click before it: false, and the voice page hears nothing', async () => {
  withHid();
  const heard = vi.fn<() => void>();
  using allowed = headsetAllowed(heard);
  expect(allowed).toBeDefined();
  requestDevice.mockResolvedValueOnce([]);
  expect(await askForHeadset()).toBe(false);
  requestDevice.mockRejectedValueOnce(new DOMException('no gesture', 'SecurityError'));
  expect(await askForHeadset()).toBe(false);
  await new Promise((resolve) => setTimeout(resolve));
  expect(heard).not.toHaveBeenCalled();
});
