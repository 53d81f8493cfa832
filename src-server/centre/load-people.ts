/** People of a centre file: accounts, lines, and in which projects they work. */
import { hashPassword } from 'better-auth/crypto';
import { inArray, or } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { insertRows, type Transaction } from '../store/database.ts';
import { account, lines, memberships, user } from '../store/schema.ts';
import type { Centre } from './centre.ts';

type Password = ReadonlyMap<string, string>;

/** Hashing takes a tenth of a second each: done before the transaction. By user name. */
export async function hashPasswords(people: Centre['people']): Promise<Password> {
  const hashes = new Map<string, string>();
  const waiting = people.filter((person) => person.password !== undefined);
  for (let from = 0; from < waiting.length; from += 4)
    await Promise.all(
      waiting.slice(from, from + 4).map(async ({ username, password }) => {
        if (password !== undefined) hashes.set(username, await hashPassword(password));
      }),
    );
  return hashes;
}

/**
 * Known user names are changed, new ones made; nobody is removed. A password is set only where the account has none:
 * one that a person changed since is kept. The result is who has joined or left which projects.
 */
export async function loadPeople(
  transaction: Transaction,
  people: Centre['people'],
  passwords: Password,
): Promise<ReadonlySet<string>> {
  if (people.length === 0) return new Set();
  const ids = await loadUsers(transaction, people);
  await loadCredentials(transaction, ids, passwords);
  await loadLines(transaction, people, ids);
  return loadMemberships(transaction, people, ids);
}

async function loadUsers(
  transaction: Transaction,
  people: Centre['people'],
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for (const { username, name, role } of people) {
    const [row] = await transaction
      .insert(user)
      .values({
        id: uuidv7(),
        name,
        email: `${username}@centrala.invalid`,
        emailVerified: true,
        username,
        displayUsername: username,
        role,
      })
      .onConflictDoUpdate({ target: user.username, set: { name, role, updatedAt: new Date() } })
      .returning({ id: user.id });
    if (row) ids.set(username, row.id);
  }
  return ids;
}

async function loadCredentials(
  transaction: Transaction,
  ids: ReadonlyMap<string, string>,
  passwords: Password,
): Promise<void> {
  const having = await transaction
    .select({ userId: account.userId })
    .from(account)
    .where(inArray(account.userId, [...ids.values()]));
  const has = new Set(having.map((row) => row.userId));
  const rows = [...passwords].flatMap(([username, password]) => {
    const userId = ids.get(username);
    return userId === undefined || has.has(userId) ? [] : [{ userId, password }];
  });
  await insertRows(
    transaction,
    account,
    rows.map(({ userId, password }) => ({
      id: uuidv7(),
      accountId: userId,
      providerId: 'credential',
      userId,
      password,
      createdAt: new Date(),
      updatedAt: new Date(),
    })),
  );
}

/** The file's lines replace those of its people and those that have the same extension or SIP user. */
async function loadLines(
  transaction: Transaction,
  people: Centre['people'],
  ids: ReadonlyMap<string, string>,
): Promise<void> {
  const rows = people.flatMap(({ username, line }) => {
    const userId = ids.get(username);
    return line && userId !== undefined ? [{ userId, ...line }] : [];
  });
  const all = [...ids.values()];
  await transaction.delete(lines).where(
    or(
      inArray(lines.userId, all),
      ...(rows.length === 0
        ? []
        : [
            inArray(
              lines.extension,
              rows.map((row) => row.extension),
            ),
            inArray(
              lines.sipUser,
              rows.map((row) => row.sipUser),
            ),
          ]),
    ),
  );
  await insertRows(transaction, lines, rows);
}

async function loadMemberships(
  transaction: Transaction,
  people: Centre['people'],
  ids: ReadonlyMap<string, string>,
): Promise<ReadonlySet<string>> {
  const before = await transaction
    .select()
    .from(memberships)
    .where(inArray(memberships.userId, [...ids.values()]));
  const changed = new Set<string>();
  const set = async (userId: string, projectId: string, active: boolean): Promise<void> => {
    changed.add(projectId);
    await transaction
      .insert(memberships)
      .values({ userId, projectId, active })
      .onConflictDoUpdate({ target: [memberships.userId, memberships.projectId], set: { active } });
  };
  for (const { username, projects } of people) {
    const userId = ids.get(username);
    if (userId === undefined) continue;
    const had = before.filter((row) => row.userId === userId && row.active);
    for (const projectId of projects)
      if (!had.some((row) => row.projectId === projectId)) await set(userId, projectId, true);
    for (const row of had)
      if (!projects.includes(row.projectId)) await set(userId, row.projectId, false);
  }
  return changed;
}
