/** The rules for a card that travels to a colleague with a transferred call. */
import type { HandedCard } from '#shared/model/handed-card.ts';
import { refuse, type HandOver, type Refused, type World, type Writes } from '../sync/world.ts';

/** Characters of the draft as JSON: a form with every field filled is a hundredth of it. */
const largestDraft = 200_000;

/** Goes to whoever has the line that was dialled; the same card twice changes nothing. */
export function handOverCard(card: HandedCard, world: World, writes: Writes): Refused {
  const { handOverId, toExtension, projectId, customerId } = card;
  const there = world.handOvers.get(handOverId);
  if (there)
    return there.fromUserId === world.person.userId ? null : refuse('not-allowed', { handOverId });
  const toUserId = world.extensions.get(toExtension);
  // A ring group, a queue, a telephone in the warehouse: the call goes there, and nobody could read a card.
  if (toUserId === undefined) return null;
  if (projectId !== null && !world.projects.has(projectId))
    return refuse('unknown-project', { projectId });
  if (customerId !== null && !world.customers.has(customerId))
    return refuse('unknown-customer', { customerId });
  if (JSON.stringify(card.draft).length > largestDraft)
    return refuse('malformed', { faults: [{ at: 'draft', problem: 'too_big' }] });
  const fromUserId = world.person.userId;
  world.handOvers.set(handOverId, { fromUserId, toUserId, closed: false });
  writes.handOvers.push({
    handOverId,
    fromUserId,
    toUserId,
    deskId: world.deskId,
    at: new Date(card.at),
    receivedAt: new Date(),
    takenAt: null,
    card,
  });
  return null;
}

/** Only by the person it was handed to. A card the server has forgotten meanwhile is taken all the same. */
export function takeCard(handOverId: string, world: World, writes: Writes): Refused {
  const there = world.handOvers.get(handOverId);
  if (!there || (there.closed && there.toUserId === world.person.userId)) return null;
  if (there.toUserId !== world.person.userId) return refuse('not-allowed', { handOverId });
  close(handOverId, there, world, writes);
  return null;
}

/** Only by the person who handed it over. What is on a call already stays there; what never arrived is withdrawn all the same. */
export function withdrawCard(handOverId: string, world: World, writes: Writes): Refused {
  const there = world.handOvers.get(handOverId);
  if (!there) return null;
  if (there.fromUserId !== world.person.userId) return refuse('not-allowed', { handOverId });
  if (!there.closed) close(handOverId, there, world, writes);
  return null;
}

function close(handOverId: string, there: HandOver, world: World, writes: Writes): void {
  world.handOvers.set(handOverId, { ...there, closed: true });
  writes.closedHandOvers.add(handOverId);
}
