/** Orders and applications: checked by the project's rules, saved with their mutation in one transaction. */
import { asc, eq } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import type { CallCard, PlacedOrder } from '#shared/contract/desk.ts';
import { unsaidItems, type Draft } from '#shared/model/draft.ts';
import { amountDue, formFaults, type FormDefinition } from '#shared/model/form.ts';
import type { JsonObject } from '#shared/model/json.ts';
import type { Order } from '#shared/model/order.ts';
import type { Project } from '#shared/model/project.ts';
import type { Script } from '#shared/model/script.ts';
import type { Timeline } from '../customers/timeline.ts';
import type { Clock } from '../host.ts';
import { orders } from '../store/schema.ts';
import type { Store } from '../store/open-store.ts';
import type { Outbox } from '../sync/outbox.ts';
import { OrderRefused } from './order-refused.ts';

/** What of a call's card makes an order. */
export interface OrderFacts {
  readonly customerId: string | null;
  readonly project: Project;
  readonly script: Script | null;
  readonly form: FormDefinition;
}

export interface OrderBase {
  /**
   * Order, outbox and timeline in one transaction: on the disk when it returns.
   * Errors: OrderRefused (UNSAID, FORM_INVALID), StoreError.
   */
  place(callId: string, draft: Draft, facts: OrderFacts): PlacedOrder;
  /** Orders of a call, oldest first, each with how far it has come. */
  ofCall(callId: string): readonly PlacedOrder[];
}

export function createOrderBase(deps: {
  readonly store: Store;
  readonly outbox: Outbox;
  readonly timeline: Timeline;
  readonly clock: Clock;
  readonly operatorName: () => string | null;
}): OrderBase {
  const { store, outbox, timeline } = deps;
  return {
    place(callId, draft, facts) {
      const refused = whyRefused(draft, facts);
      if (refused) throw new OrderRefused(refused);
      const order = orderOf(
        uuidv7(),
        callId,
        draft,
        facts,
        new Date(deps.clock.now()).toISOString(),
      );
      store.transaction((tx) => {
        const { orderId, customerId, placedAt } = order;
        store.db
          .insert(orders)
          .values({ orderId, callId, customerId, placedAt, body: order })
          .run();
        if (customerId !== null)
          timeline.add(tx, {
            entryId: orderId,
            customerId,
            at: placedAt,
            kind: order.kind,
            projectId: order.projectId,
            code: null,
            reason: null,
            text: '',
            amount: order.amountDue,
            operatorName: deps.operatorName(),
          });
        outbox.enqueue(tx, { name: 'order.place', subject: orderId, args: order });
      });
      return { order, ...outbox.fate(order.orderId) };
    },
    ofCall: (callId) =>
      store.db
        .select({ body: orders.body })
        .from(orders)
        .where(eq(orders.callId, callId))
        .orderBy(asc(orders.placedAt), asc(orders.orderId))
        .all()
        .map(({ body }) => ({ order: body, ...outbox.fate(body.orderId) })),
  };
}

/** Must-say items first: what was not said cannot be mended by typing. */
function whyRefused(draft: Draft, facts: OrderFacts): OrderRefused['refused'] | null {
  const unsaid = unsaidItems(draft, facts.script ?? undefined);
  if (unsaid.length > 0) return { code: 'UNSAID', items: unsaid.map((item) => item.id) };
  const faults = formFaults(facts.form, draft.form);
  return faults.length > 0 ? { code: 'FORM_INVALID', faults } : null;
}

/** The order that a draft becomes; a pure rule. */
function orderOf(
  orderId: string,
  callId: string,
  draft: Draft,
  facts: OrderFacts,
  placedAt: string,
): Order {
  const { form, script } = facts;
  const properties = form.schema['properties'];
  const inForm = (name: string): boolean =>
    typeof properties === 'object' && properties !== null && name in properties;
  const scriptAnswers: JsonObject = Object.fromEntries(
    Object.entries(draft.script).filter(([name]) => !inForm(name)),
  );
  return {
    orderId,
    kind: form.makes,
    projectId: facts.project.projectId,
    customerId: facts.customerId,
    callId,
    formId: form.formId,
    formRevision: form.revision,
    scriptId: script?.scriptId ?? null,
    scriptRevision: script?.revision ?? null,
    answers: draft.form,
    scriptAnswers,
    said: draft.said,
    amountDue: amountDue(form, draft.form),
    placedAt,
  };
}

/** The facts of a card, or null while it has no project or no form. */
export function orderFacts(
  card: Pick<CallCard, 'customer' | 'project' | 'script' | 'form'>,
): OrderFacts | null {
  const { project, form, script } = card;
  if (!project || !form) return null;
  return { customerId: card.customer?.customerId ?? null, project, script, form };
}
