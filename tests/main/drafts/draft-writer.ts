/** A process that keeps typing: each draft is told on standard output after it was stored. Ends only by being killed. */
import { createDraftBase } from '../../../src-main/drafts/draft-base.ts';
import { emptyDraft } from '#shared/model/draft.ts';
import { openStore } from '../../../src-main/store/open-store.ts';
import { testKey } from '../../support/desk-base.ts';
import { capturingLog, wallClock } from '../../support/memory-host.ts';

const folder = process.argv[2] ?? '';
const store = openStore({ folder, key: testKey, log: capturingLog(), clock: wallClock });
const drafts = createDraftBase({ store, clock: wallClock, userId: () => 'u-ana' });
const ring = {
  callId: '019ab000-0000-7000-8000-000000000001',
  direction: 'in' as const,
  number: '+38641123456',
  dialled: null,
  queue: 'internet',
  projectId: null,
  customerId: null,
};
for (let typed = 1; ; typed++) {
  drafts.save(ring, { ...emptyDraft, note: String(typed) }, null, 'internet');
  process.stdout.write(`${typed}\n`);
  await new Promise((resolve) => setImmediate(resolve));
}
