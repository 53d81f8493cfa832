/** Cards that were handed over and are no longer put on a call: what is in them is forgotten, and their desk is told. */
import { sql } from 'drizzle-orm';
import { handedCardMinutes } from '#shared/model/handed-card.ts';
import { recordChanges } from '../store/changes.ts';
import { rowsOf, type Database, type Transaction } from '../store/database.ts';

/** Condition on `hand_overs`: it may still be put on a call. */
export const stillWaits = sql`(taken_at is null and card is not null
  and at > now() - make_interval(mins => ${handedCardMinutes}))`;

/** They are taken or withdrawn: the card's own text goes. */
export async function closeHandOvers(
  transaction: Transaction,
  ids: ReadonlySet<string>,
): Promise<void> {
  if (ids.size === 0) return;
  await transaction.execute(sql`
    update hand_overs set taken_at = now(), card = null
    where hand_over_id in (select json_array_elements_text(${JSON.stringify([...ids])}::json)::uuid)`);
}

/** Forgets the cards that nobody took in time; the result is how many. */
export async function forgetOldHandOvers(database: Database): Promise<number> {
  return database.transaction(async (transaction) => {
    const old = await rowsOf<{ id: string }>(
      transaction,
      sql`
        update hand_overs set card = null
        where card is not null and not ${stillWaits} returning hand_over_id as id`,
    );
    await recordChanges(
      transaction,
      old.map(({ id }) => ({ entity: 'handed-card', id, gone: true })),
    );
    return old.length;
  });
}
