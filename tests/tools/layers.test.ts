import { describe, expect, it } from 'vitest';
import { layerFault } from '../../tools/lint/layers.js';

describe('the layer map', () => {
  it.each([
    ['src-shared/model/call.ts', 'zod'],
    ['src-main/telephony/sip-line.ts', 'sip.js'],
    ['src-main/telephony/sip-line.ts', '../calls/line.ts'],
    ['src-main/orders/orders.ts', '../store/schema.ts'],
    ['src-renderer/desk/shell/Shell.tsx', 'react'],
    ['src-renderer/voice/peer.ts', '#shared/contract/voice.ts'],
    ['src-server/store/database.ts', 'pg'],
  ])('lets %s import %s', (file, name) => {
    expect(layerFault(file, name)).toBeUndefined();
  });

  it.each([
    ['src-shared/model/call.ts', 'node:fs'],
    ['src-shared/model/call.ts', 'react'],
    ['src-main/orders/orders.ts', 'sip.js'],
    ['src-main/orders/orders.ts', 'electron'],
    ['src-main/telephony/sip-line.ts', '../store/schema.ts'],
    ['src-main/electron/main.ts', '../orders/orders.ts'],
    ['src-renderer/voice/peer.ts', 'react'],
    ['src-renderer/voice/peer.ts', '../desk/state/desk-store.ts'],
    ['src-renderer/desk/shell/Shell.tsx', 'node:fs'],
    ['src-renderer/desk/shell/Shell.tsx', '../../voice/peer.ts'],
    ['src-server/sync/push.ts', '../../src-main/desk.ts'],
    ['src-server/sync/push.ts', 'pg'],
  ])('keeps %s from importing %s', (file, name) => {
    expect(layerFault(file, name)).toEqual(expect.any(String));
  });
});
