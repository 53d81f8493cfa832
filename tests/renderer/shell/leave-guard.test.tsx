import { waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Call } from '#shared/model/call.ts';
import { marijasCard, ringing } from '../../support/fake-desk-data.ts';
import { callId, openDesk, type DeskBench } from './desk-bench.tsx';

let bench: DeskBench;
afterEach(() => {
  bench[Symbol.dispose]();
  Reflect.deleteProperty(window, 'centrala');
});

async function withCall(phase: Call['phase']): Promise<void> {
  bench = await openDesk({
    set: (fake) => fake.setCall(ringing(callId, { phase }), marijasCard()),
  });
  await waitFor(() => expect(document.querySelector(`[data-call="${callId}"]`)).not.toBeNull());
}

/** Whether the tab may be left without being asked. */
const leaves = (): boolean => window.dispatchEvent(new Event('beforeunload', { cancelable: true }));

describe('leaving the tab', () => {
  it('asks first while the tab holds the sound of a call', async () => {
    await withCall('talking');
    await waitFor(() => expect(leaves()).toBe(false));
  });

  it('asks nothing when the call is over', async () => {
    await withCall('ended');
    expect(leaves()).toBe(true);
  });

  it('asks nothing in Electron, where the sound has a page of its own', async () => {
    Object.assign(window, { centrala: { host: 'electron' } });
    await withCall('talking');
    expect(leaves()).toBe(true);
  });
});
