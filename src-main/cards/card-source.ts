/** Cards: all that belongs to one call, gathered from the local base in one synchronous step. */
import type { CallCard } from '#shared/contract/desk.ts';
import type { Customer } from '#shared/model/customer.ts';
import { emptyDraft } from '#shared/model/draft.ts';
import { belongsInTimeline, type CallRecord } from '#shared/model/mutation.ts';
import type { Project } from '#shared/model/project.ts';
import type { CardSource, Ring } from '../calls/card-source.ts';
import type { CustomerBase } from '../customers/customer-base.ts';
import type { DraftBase } from '../drafts/draft-base.ts';
import type { OrderBase } from '../orders/order-base.ts';
import type { ProjectBase } from '../projects/project-base.ts';
import type { Store } from '../store/open-store.ts';
import type { Outbox } from '../sync/outbox.ts';

/** How many entries of the timeline and how many candidates a card shows. */
const shownEntries = 50;
const shownCandidates = 20;

export function createCardSource(deps: {
  readonly store: Store;
  readonly customers: CustomerBase;
  readonly projects: ProjectBase;
  readonly drafts: DraftBase;
  readonly orders: OrderBase;
  readonly outbox: Outbox;
  readonly operatorName: () => string | null;
}): CardSource {
  const { customers, projects, drafts, orders } = deps;

  function withHistory(ring: Ring, card: Omit<CallCard, 'timeline' | 'orders'>): CallCard {
    return {
      ...card,
      timeline: card.customer
        ? [...customers.timeline(card.customer.customerId, shownEntries)]
        : [],
      orders: [...orders.ofCall(ring.callId)],
    };
  }

  return {
    cardFor(ring) {
      const kept = drafts.read(ring.callId);
      const known: Ring = kept
        ? {
            ...ring,
            customerId: ring.customerId ?? kept.ring.customerId,
            projectId: ring.projectId ?? kept.ring.projectId,
          }
        : ring;
      const project = projectOf(projects, known);
      return withHistory(ring, {
        ...customerOf(customers, known),
        project,
        script: project?.scriptId ? projects.script(project.scriptId) : null,
        form: project?.formId ? projects.form(project.formId) : null,
        draft: kept?.draft ?? emptyDraft,
      });
    },

    refresh(ring, card) {
      // The ring carries what the operator chose; without a choice the number decides.
      const who = customerOf(customers, ring);
      const project = projectOf(projects, ring) ?? card.project;
      // A call keeps the revision it was led by, also when a newer one has been pulled.
      const script =
        card.script && card.script.scriptId === project?.scriptId
          ? card.script
          : project?.scriptId
            ? projects.script(project.scriptId)
            : null;
      const form =
        card.form && card.form.formId === project?.formId
          ? card.form
          : project?.formId
            ? projects.form(project.formId)
            : null;
      return withHistory(ring, { ...who, project, script, form, draft: card.draft });
    },

    saveDraft: (ring, draft, customerId, projectId) =>
      drafts.save(ring, draft, customerId, projectId),
    recordCall: (record) => recordCall(deps, record),
    unfinished: () => drafts.unfinished(),
  };
}

function customerOf(
  customers: CustomerBase,
  ring: Ring,
): Pick<CallCard, 'match' | 'customer' | 'candidates'> {
  const named = ring.customerId === null ? null : customers.byId(ring.customerId);
  if (named) return { match: 'chosen', customer: named, candidates: [] };
  const found: readonly Customer[] =
    ring.number === null ? [] : customers.byNumber(ring.number, shownCandidates);
  const [only, second] = found;
  if (!only) return { match: 'none', customer: null, candidates: [] };
  if (!second) return { match: 'one', customer: only, candidates: [] };
  return { match: 'several', customer: null, candidates: [...found] };
}

/** What was chosen, then the queue, then the number the customer dialled. */
function projectOf(projects: ProjectBase, ring: Ring): Project | null {
  return (
    (ring.projectId === null ? null : projects.byId(ring.projectId)) ??
    (ring.queue === null ? null : projects.byQueue(ring.queue)) ??
    (ring.dialled === null ? null : projects.byDialled(ring.dialled))
  );
}

function recordCall(deps: Parameters<typeof createCardSource>[0], record: CallRecord): void {
  const { store, customers, projects, outbox, drafts } = deps;
  store.transaction((tx) => {
    outbox.enqueue(tx, { name: 'call.record', subject: record.callId, args: record });
    drafts.finish(tx, record.callId);
    if (record.customerId === null || !belongsInTimeline(record)) return;
    const outcome = projects
      .byId(record.projectId ?? '')
      ?.outcomes.find(({ code }) => code === record.outcome);
    customers.entries.add(tx, {
      entryId: record.callId,
      customerId: record.customerId,
      at: record.startedAt,
      kind: outcome?.kind === 'refused' || outcome?.kind === 'callback' ? outcome.kind : 'call',
      projectId: record.projectId,
      code: record.outcome,
      reason: record.reason,
      text: record.note,
      amount: null,
      operatorName: deps.operatorName(),
    });
  });
}
