/** Cards: all that belongs to one call, gathered from the local base in one synchronous step. */
import type { CallCard } from '#shared/contract/desk.ts';
import { sameJson } from '#shared/model/condition.ts';
import type { Customer } from '#shared/model/customer.ts';
import { emptyDraft, type Draft } from '#shared/model/draft.ts';
import type { HandedCard } from '#shared/model/handed-card.ts';
import { belongsInTimeline, type CallRecord } from '#shared/model/mutation.ts';
import type { Project } from '#shared/model/project.ts';
import type { CardSource, Ring } from '../calls/card-source.ts';
import type { CustomerBase } from '../customers/customer-base.ts';
import type { DraftBase } from '../drafts/draft-base.ts';
import type { GivenCards } from '../handed-cards/given-cards.ts';
import type { HandedCardBase } from '../handed-cards/handed-card-base.ts';
import type { HistoryBase } from '../history/history-base.ts';
import type { OrderBase } from '../orders/order-base.ts';
import type { ProjectBase } from '../projects/project-base.ts';
import type { Store } from '../store/open-store.ts';
import type { Outbox } from '../sync/outbox.ts';

/** How many entries of the timeline and how many candidates a card shows. */
const shownEntries = 50;
const shownCandidates = 20;

interface CardRooms {
  readonly store: Store;
  readonly customers: CustomerBase;
  readonly projects: ProjectBase;
  readonly drafts: DraftBase;
  readonly orders: OrderBase;
  readonly outbox: Outbox;
  readonly handed: HandedCardBase;
  readonly given: GivenCards;
  readonly history: Pick<HistoryBase, 'quality'>;
  readonly operatorName: () => string | null;
}

export function createCardSource(deps: CardRooms): CardSource {
  const { store, customers, projects, drafts, orders, handed, given } = deps;

  function withHistory(
    ring: Ring,
    card: Omit<CallCard, 'timeline' | 'orders' | 'handedTo'>,
  ): CallCard {
    return {
      ...card,
      timeline: card.customer
        ? [...customers.timeline(card.customer.customerId, shownEntries)]
        : [],
      orders: [...orders.ofCall(ring.callId)],
      handedTo: given.handedTo(ring.callId),
    };
  }

  return {
    cardFor(ring) {
      const kept = drafts.read(ring.callId);
      const card = handed.ofCall(ring.callId) ?? (kept ? null : matching(deps, ring));
      const known: Ring = {
        ...ring,
        customerId: ring.customerId ?? kept?.ring.customerId ?? card?.customerId ?? null,
        projectId: ring.projectId ?? kept?.ring.projectId ?? card?.projectId ?? null,
      };
      const project = projectOf(projects, known);
      return withHistory(ring, {
        ...customerOf(customers, known),
        project,
        script: project?.scriptId ? projects.script(project.scriptId) : null,
        form: project?.formId ? projects.form(project.formId) : null,
        draft: kept?.draft ?? card?.draft ?? emptyDraft,
        handedBy: card?.fromName ?? null,
      });
    },

    refresh(ring, card) {
      const before = handed.ofCall(ring.callId);
      const arrived = matching(deps, ring);
      const now = arrived ?? before;
      const answered = drafts.read(ring.callId) !== null;
      // It was shown while the call rings, and the call will not follow it: nothing of it is this call's.
      const isWithdrawn = card.handedBy !== null && now === null && !answered;
      // The ring carries what the operator chose, then the colleague; without a choice the number decides.
      const known: Ring = {
        ...ring,
        customerId: ring.customerId ?? now?.customerId ?? null,
        projectId: ring.projectId ?? now?.projectId ?? null,
      };
      const who = customerOf(customers, known);
      const project = projectOf(projects, known) ?? (isWithdrawn ? null : card.project);
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
      const isNew = arrived !== null || card.handedBy === null;
      const isOwn = answered && !isUntouched(card.draft, before);
      const shown = isWithdrawn ? emptyDraft : card.draft;
      const draft = now && isNew && !isOwn ? now.draft : shown;
      if (arrived && answered)
        store.transaction((tx) => {
          drafts.save(known, draft, who.customer?.customerId ?? null, project?.projectId ?? null);
          handed.take(tx, arrived.handOverId, ring.callId);
        });
      const handedBy = now?.fromName ?? null;
      return withHistory(ring, { ...who, project, script, form, draft, handedBy });
    },

    saveDraft: (ring, draft, customerId, projectId) =>
      store.transaction((tx) => {
        drafts.save(ring, draft, customerId, projectId);
        // The call has been answered: the card is this desk's from here on.
        const handOverId = handed.shownOn(ring.callId);
        if (handOverId !== null) handed.take(tx, handOverId, ring.callId);
        given.cameBack(tx, ring);
      }),
    handOver(ring, card, toExtension, how) {
      if (isPublic(toExtension)) return card;
      given.handOver(ring, card, toExtension, how);
      return { ...card, handedTo: toExtension };
    },
    withdraw(callId, card) {
      given.withdraw(callId);
      return { ...card, handedTo: given.handedTo(callId) };
    },
    wentOn: (callId) => given.wentOn(callId),
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

/** A draft of another project's form says nothing here: such a card stays with its own project's calls. */
function matching({ projects, handed }: CardRooms, ring: Ring): HandedCard | null {
  const project = projectOf(projects, ring);
  return handed.match(ring, ({ projectId }) => !project || project.projectId === projectId);
}

/** Nothing was typed or ticked here; what the colleague handed over before is not this desk's own. */
function isUntouched(draft: Draft, before: HandedCard | null): boolean {
  const { script, form, said, note } = draft;
  const empty = [script, form, said].every((answers) => Object.keys(answers).length === 0);
  return (empty && note === '') || (before !== null && sameJson({ ...before.draft }, { ...draft }));
}

function isPublic(target: string): boolean {
  return /\+|^\d{7,}$/.test(target);
}

function recordCall(deps: CardRooms, made: CallRecord): void {
  const { store, customers, projects, outbox, drafts } = deps;
  store.transaction((tx) => {
    const record: CallRecord = { ...made, quality: deps.history.quality(made.callId) };
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
