/** What a person's desk works with: the line to register, the organisation, the projects. */
import { and, eq, ne } from 'drizzle-orm';
import type { OpenedSession } from '#shared/contract/central.ts';
import type { LineAccount } from '#shared/model/line.ts';
import type { Person } from '../auth/auth.ts';
import type { Database } from '../store/database.ts';
import { lines, memberships, organisation } from '../store/schema.ts';

/** @param exchange address that stands in for the centre file's one; null keeps it. */
export async function openSession(
  database: Database,
  person: Person,
  exchange: string | null,
): Promise<OpenedSession> {
  const [centre] = await database.select().from(organisation).limit(1);
  const [line] = await database.select().from(lines).where(eq(lines.userId, person.userId));
  return {
    userId: person.userId,
    username: person.username,
    name: person.name,
    role: person.role,
    organisation: centre?.name ?? '',
    line:
      centre && line
        ? {
            ...lineAccount(person, line, centre.exchange, exchange),
            watches: await colleaguesOf(database, line.extension),
          }
        : null,
    projectIds: await projectsOf(database, person.userId),
    serverTime: new Date().toISOString(),
  };
}

/** The projects a person works in now. */
export async function projectsOf(database: Database, userId: string): Promise<string[]> {
  const rows = await database
    .select({ projectId: memberships.projectId })
    .from(memberships)
    .where(and(eq(memberships.userId, userId), eq(memberships.active, true)))
    .orderBy(memberships.projectId);
  return rows.map((row) => row.projectId);
}

/** As many lines as one desk watches (LineAccount.watches). */
const mostWatched = 100;

/** The other lines of the centre, by extension: whom a call can be transferred to. */
async function colleaguesOf(database: Database, extension: string): Promise<string[]> {
  const rows = await database
    .select({ extension: lines.extension })
    .from(lines)
    .where(ne(lines.extension, extension))
    .orderBy(lines.extension)
    .limit(mostWatched);
  return rows.map((row) => row.extension);
}

function lineAccount(
  person: Person,
  line: typeof lines.$inferSelect,
  centre: (typeof organisation.$inferSelect)['exchange'],
  exchange: string | null,
): Omit<LineAccount, 'watches'> {
  return {
    extension: line.extension,
    sipUser: line.sipUser,
    secret: line.secret,
    exchange: exchange ?? centre.address,
    domain: centre.domain,
    displayName: person.name,
    iceServers: centre.iceServers,
    outsidePrefix: centre.outsidePrefix,
  };
}
