/** A base of cards in memory: two projects, one known customer, and a switch that makes it fail. */
import type { CallCard } from '#shared/contract/desk.ts';
import type { Customer } from '#shared/model/customer.ts';
import { emptyDraft, type Draft } from '#shared/model/draft.ts';
import type { CallRecord } from '#shared/model/mutation.ts';
import type { Project } from '#shared/model/project.ts';
import type { CardSource, HandOver, Ring } from '../../src-main/calls/card-source.ts';
import { StoreError } from '../../src-main/store/store-error.ts';

export const marija: Customer = {
  customerId: '018f3a4e-5b6c-7d8e-9f00-00000000aaaa',
  version: 3,
  name: 'Marija Žagar',
  numbers: [{ number: '+38641123456', kind: 'mobile' }],
  address: null,
  email: null,
  since: 2019,
  language: 'sl',
  note: '',
  data: {},
};

const project = (projectId: string, wrapUpSeconds: number): Project => ({
  projectId,
  name: { sl: projectId, en: projectId },
  colour: 'blue',
  greeting: { sl: 'Dober dan', en: 'Hello' },
  numbers: [],
  queues: [projectId],
  defaultLanguage: 'sl',
  region: 'SI',
  zone: 'Europe/Ljubljana',
  currency: 'EUR',
  autoAnswer: false,
  ringTone: 'classic',
  wrapUpSeconds,
  scriptId: null,
  formId: null,
  outcomes: [
    { code: 'solved', label: { sl: 'Rešeno', en: 'Solved' }, kind: 'solved', reasons: [] },
  ],
  offers: [],
});

export class MemoryCards implements CardSource {
  failing = false;
  readonly records: CallRecord[] = [];
  readonly drafts = new Map<string, { ring: Ring; startedAt: string; draft: Draft }>();
  /** What was handed over, taken back and let go, in order. */
  readonly handed: string[] = [];
  readonly handedDrafts: Draft[] = [];
  readonly projects = [project('internet', 60), project('taxi', 0)];

  cardFor(ring: Ring): CallCard {
    this.#mustWork();
    return this.refresh(ring, {
      match: 'none',
      customer: null,
      candidates: [],
      timeline: [],
      project: null,
      script: null,
      form: null,
      draft: this.drafts.get(ring.callId)?.draft ?? emptyDraft,
      orders: [],
      handedBy: null,
      handedTo: null,
    });
  }

  refresh(ring: Ring, card: CallCard): CallCard {
    this.#mustWork();
    const known = ring.number === marija.numbers[0]?.number;
    const chosen = ring.customerId === marija.customerId;
    return {
      ...card,
      match: chosen ? 'chosen' : known ? 'one' : 'none',
      customer: chosen || known ? marija : null,
      project:
        this.projects.find(({ projectId }) => projectId === ring.projectId) ??
        this.projects.find(({ queues }) => ring.queue !== null && queues.includes(ring.queue)) ??
        null,
    };
  }

  saveDraft(ring: Ring, draft: Draft): void {
    this.#mustWork();
    this.drafts.set(ring.callId, { ring, startedAt: '2026-11-23T08:59:00.000Z', draft });
  }

  handOver(_ring: Ring, card: CallCard, toExtension: string, how: HandOver): CallCard {
    this.#mustWork();
    this.handed.push(`${how} ${toExtension}`);
    this.handedDrafts.push(card.draft);
    return { ...card, handedTo: toExtension };
  }

  withdraw(callId: string, card: CallCard): CallCard {
    this.#mustWork();
    if (card.handedTo === null) return card;
    this.handed.push(`withdraw ${callId}`);
    return { ...card, handedTo: null };
  }

  wentOn(callId: string): void {
    this.handed.push(`went on ${callId}`);
  }

  recordCall(record: CallRecord): void {
    this.#mustWork();
    this.records.push(record);
    this.drafts.delete(record.callId);
  }

  unfinished(): ReturnType<CardSource['unfinished']> {
    return [...this.drafts.values()];
  }

  #mustWork(): void {
    if (this.failing) throw new StoreError('full', 'the disk is full');
  }
}
