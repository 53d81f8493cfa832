/** The rules for a new order or application. */
import { unsaidItems } from '#shared/model/draft.ts';
import { amountDue, formFaults } from '#shared/model/form.ts';
import { textIn } from '#shared/model/language.ts';
import type { Order } from '#shared/model/order.ts';
import type { Project } from '#shared/model/project.ts';
import { refuse, revisionKey, type Refused, type World, type Writes } from '../sync/world.ts';

/**
 * Accepts an order whose answers keep to the form revision it was filled in, whose must-say items were said and whose
 * amount is the form's. The same order sent again in another mutation is accepted and changes nothing.
 */
export function placeOrder(order: Order, world: World, writes: Writes): Refused {
  const project = world.projects.get(order.projectId);
  if (!project) return refuse('unknown-project', { projectId: order.projectId });
  if (!world.ownProjects.has(order.projectId))
    return refuse('not-allowed', { projectId: order.projectId });
  if (order.customerId !== null && !world.customers.has(order.customerId))
    return refuse('unknown-customer', { customerId: order.customerId });
  const owner = world.orders.get(order.orderId);
  if (owner !== undefined)
    return owner === world.person.userId ? null : refuse('not-allowed', { orderId: order.orderId });
  const fault = formFault(order, world);
  if (fault) return fault;
  world.orders.set(order.orderId, world.person.userId);
  write(order, project, world, writes);
  return null;
}

function formFault(order: Order, world: World): Refused {
  const form = world.forms.get(revisionKey(order.formId, order.formRevision));
  if (!form)
    return refuse('form-invalid', {
      unknownForm: { formId: order.formId, revision: order.formRevision },
    });
  if (form.makes !== order.kind) return refuse('form-invalid', { kind: form.makes });
  const faults = formFaults(form, order.answers);
  if (faults.length > 0)
    return refuse('form-invalid', {
      faults: faults.slice(0, 50).map(({ at, keyword, message }) => ({ at, keyword, message })),
    });
  const due = amountDue(form, order.answers);
  if (due?.cents !== order.amountDue?.cents || due?.currency !== order.amountDue?.currency)
    return refuse('form-invalid', { amountDue: { mine: order.amountDue, theirs: due } });
  return unsaidFault(order, world);
}

function unsaidFault(order: Order, world: World): Refused {
  if (order.scriptId === null || order.scriptRevision === null) return null;
  const script = world.scripts.get(revisionKey(order.scriptId, order.scriptRevision));
  if (!script)
    return refuse('form-invalid', {
      unknownScript: { scriptId: order.scriptId, revision: order.scriptRevision },
    });
  const { answers, scriptAnswers, said } = order;
  const unsaid = unsaidItems(
    { form: answers, script: scriptAnswers, said, step: null, note: '' },
    script,
  );
  return unsaid.length === 0
    ? null
    : refuse('form-invalid', { unsaid: unsaid.map((item) => item.id) });
}

function write(order: Order, project: Project, world: World, writes: Writes): void {
  const { amountDue: due, ...rest } = order;
  writes.orders.push({
    ...rest,
    placedAt: new Date(order.placedAt),
    amountDueCents: due?.cents ?? null,
    currency: due?.currency ?? null,
    userId: world.person.userId,
    deskId: world.deskId,
    receivedAt: new Date(),
  });
  if (order.customerId === null) return;
  const form = world.forms.get(revisionKey(order.formId, order.formRevision));
  writes.timeline.push({
    // An order stands in the timeline under its own id: the desk writes the same entry before it is sent.
    entryId: order.orderId,
    customerId: order.customerId,
    at: new Date(order.placedAt),
    kind: order.kind,
    projectId: order.projectId,
    code: null,
    reason: null,
    text: textIn(form?.title, project.defaultLanguage),
    amount: due,
    operatorName: world.person.name,
  });
}
