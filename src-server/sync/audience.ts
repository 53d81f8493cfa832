/** What a person may see of the log. The one place to narrow it. */
import { sql, type SQL } from 'drizzle-orm';
import { rowsOf, type Database } from '../store/database.ts';
import type { Person } from '../auth/auth.ts';

export interface Audience {
  /** Which changes are told at all, as a condition on the log. */
  readonly condition: SQL;
  /** Of those, whether the thing itself is given, or only that it is gone for this person. */
  sees(entity: string, id: string): boolean;
}

interface Membership {
  readonly projectId: string;
  readonly active: boolean;
  readonly scriptId: string | null;
  readonly formId: string | null;
}

/**
 * Projects with their scripts and forms: those the person works in; what the person worked in before is told as
 * gone. Customers and their timelines: all of the organisation, to every role. A card that was handed over: only to
 * the person it was handed to.
 */
export async function audienceOf(database: Database, person: Person): Promise<Audience> {
  const rows = await rowsOf<Membership>(
    database,
    sql`
      select m.project_id as "projectId", m.active,
        p.body->>'scriptId' as "scriptId", p.body->>'formId' as "formId"
      from memberships m join projects p using (project_id)
      where m.user_id = ${person.userId}`,
  );
  const told = things(rows);
  const seen = things(rows.filter((row) => row.active));
  const list = (ids: ReadonlySet<string>): SQL =>
    sql`(select json_array_elements_text(${JSON.stringify([...ids])}::json))`;
  return {
    condition: sql`(
      entity in ('customer', 'timeline')
      or (entity = 'project' and id in ${list(told.project)})
      or (entity = 'script' and id in ${list(told.script)})
      or (entity = 'form' and id in ${list(told.form)})
      or (entity = 'handed-card' and id in (
        select hand_over_id::text from hand_overs where to_user_id = ${person.userId}))
    )`,
    sees(entity, id) {
      return entity === 'project' || entity === 'script' || entity === 'form'
        ? seen[entity].has(id)
        : true;
    },
  };
}

function things(rows: readonly Membership[]): Record<'project' | 'script' | 'form', Set<string>> {
  const ids = (of: (row: Membership) => string | null): Set<string> =>
    new Set(rows.map(of).filter((id) => id !== null));
  return {
    project: ids((row) => row.projectId),
    script: ids((row) => row.scriptId),
    form: ids((row) => row.formId),
  };
}
