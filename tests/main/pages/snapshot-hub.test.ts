import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { DeskEvent } from '#shared/contract/desk.ts';
import { createSnapshotHub, type DeskFact } from '../../../src-main/pages/snapshot-hub.ts';

const line = (extension: string): DeskFact => ({
  type: 'line',
  line: { phase: 'registered', extension, problem: null, detail: null, retryAt: null },
});

async function take(stream: AsyncGenerator<DeskEvent, void>, count: number): Promise<DeskEvent[]> {
  const events: DeskEvent[] = [];
  while (events.length < count) {
    const next = await stream.next();
    if (next.done) break;
    events.push(next.value);
  }
  return events;
}

describe('the snapshot hub', () => {
  it('tells a new page everything as it is now, then what changes', async () => {
    const hub = createSnapshotHub();
    hub.publish(line('201'));
    const stream = hub.stream();
    expect(await take(stream, 1)).toMatchObject([{ type: 'line', line: { extension: '201' } }]);
    hub.publish(line('202'));
    expect(await take(stream, 1)).toMatchObject([{ line: { extension: '202' } }]);
    await stream.return();
  });

  it('gives a slow page only the newest snapshot of a thing', async () => {
    const hub = createSnapshotHub();
    hub.publish(line('1'));
    const stream = hub.stream();
    await take(stream, 1);
    for (let number = 2; number <= 1_000; number += 1) hub.publish(line(String(number)));
    expect(await take(stream, 1)).toMatchObject([{ line: { extension: '1000' } }]);
    await stream.return();
  });

  it('forgets a call that is gone', async () => {
    const hub = createSnapshotHub();
    const callId = '0199e9a0-0000-7000-8000-000000000001';
    hub.publish({ type: 'call', call: { callId } } as DeskFact);
    hub.publish({ type: 'call.gone', callId });
    hub.publish(line('201'));
    const stream = hub.stream();
    expect((await take(stream, 1)).map((event) => event.type)).toEqual(['line']);
    await stream.return();
  });

  it('ends and lets go when the page leaves while it waits', async () => {
    const hub = createSnapshotHub();
    const page = new AbortController();
    const stream = hub.stream(page.signal);
    const waiting = stream.next();
    page.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(hub.watchers).toBe(0);
  });

  test.prop([
    fc.array(fc.record({ thing: fc.integer({ min: 0, max: 3 }), read: fc.boolean() }), {
      maxLength: 60,
    }),
  ])(
    'whatever a page reads and skips, it ends with the latest of everything, revisions growing per thing',
    async (steps) => {
      const hub = createSnapshotHub();
      const stream = hub.stream();
      const seen = new Map<string, DeskEvent>();
      const published = new Map<string, number>();
      const note = (event: DeskEvent): void => {
        if (event.type !== 'call') throw new Error('only calls were published');
        const before = seen.get(event.call.callId);
        if (before) expect(event.revision).toBeGreaterThan(before.revision);
        seen.set(event.call.callId, event);
      };
      for (const [index, step] of steps.entries()) {
        const callId = `call-${step.thing}`;
        hub.publish({ type: 'call', call: { callId, waitedSeconds: index } } as DeskFact);
        published.set(callId, index);
        if (step.read) {
          note((await take(stream, 1))[0] as DeskEvent);
        }
      }
      const page = new AbortController();
      const rest = hub.stream(page.signal);
      for (const event of await take(rest, published.size))
        seen.set((event as { call: { callId: string } }).call.callId, event);
      page.abort();
      for (const [callId, index] of published)
        expect(seen.get(callId)).toMatchObject({ call: { waitedSeconds: index } });
    },
  );
});
