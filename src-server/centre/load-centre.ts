/**
 * Loads a centre into the base: one transaction, all or nothing. By ids and keys, so that loading it again changes what
 * the file changed, doubles nothing and removes nothing.
 */
import { and, eq } from 'drizzle-orm';
import { sameJson } from '#shared/model/condition.ts';
import type { Json } from '#shared/model/json.ts';
import type { Project } from '#shared/model/project.ts';
import { recordChanges, type ChangedThing } from '../store/changes.ts';
import type { Database, Transaction } from '../store/database.ts';
import { forms, organisation, projects, scripts } from '../store/schema.ts';
import { CentreFileError, type CentreFault } from './centre-fault.ts';
import type { Centre } from './centre.ts';
import { csvCustomers } from './csv-customers.ts';
import { loadCustomers } from './load-customers.ts';
import { hashPasswords, loadPeople } from './load-people.ts';

export interface Loaded {
  readonly people: number;
  readonly projects: number;
  readonly customers: number;
}

/** Errors: CentreFileError for a faulty CSV, or a revision of a script or form that is there with other words. */
export async function loadCentre(
  database: Database,
  centre: Centre,
  progress?: (customers: number) => void,
): Promise<Loaded> {
  const passwords = await hashPasswords(centre.people);
  return database.transaction(async (transaction) => {
    await loadOrganisation(transaction, centre);
    const faults = [
      ...(await loadScripts(transaction, centre.scripts)),
      ...(await loadForms(transaction, centre.forms)),
    ];
    if (faults.length > 0) throw new CentreFileError(faults);
    const changed = await loadProjects(transaction, centre.projects);
    const moved = await loadPeople(transaction, centre.people, passwords);
    await tellOfProjects(transaction, new Set([...changed, ...moved]));
    const customers = await loadAllCustomers(transaction, centre, progress);
    return { people: centre.people.length, projects: centre.projects.length, customers };
  });
}

async function loadAllCustomers(
  transaction: Transaction,
  centre: Centre,
  progress: ((customers: number) => void) | undefined,
): Promise<number> {
  const inline = await loadCustomers(transaction, centre.customers, progress);
  if (!centre.csv) return inline;
  const faults: CentreFault[] = [];
  const source = csvCustomers(centre.csv, centre.organisation, faults);
  const listed = await loadCustomers(transaction, source, progress);
  // Everything written so far is taken back with the transaction.
  if (faults.length > 0) throw new CentreFileError(faults);
  return inline + listed;
}

async function loadOrganisation(transaction: Transaction, centre: Centre): Promise<void> {
  const row = {
    name: centre.organisation.name,
    settings: centre.organisation,
    exchange: centre.exchange,
  };
  await transaction
    .insert(organisation)
    .values({ id: 1, ...row })
    .onConflictDoUpdate({ target: organisation.id, set: row });
}

async function loadProjects(
  transaction: Transaction,
  list: readonly Project[],
): Promise<ReadonlySet<string>> {
  const changed = new Set<string>();
  for (const body of list) {
    const { projectId } = body;
    const [there] = await transaction
      .select()
      .from(projects)
      .where(eq(projects.projectId, projectId));
    if (there && same(there.body, body)) continue;
    changed.add(projectId);
    await transaction
      .insert(projects)
      .values({ projectId, body })
      .onConflictDoUpdate({ target: projects.projectId, set: { body } });
  }
  return changed;
}

/** Told again with their scripts and forms: who joins a project has none of them yet. */
async function tellOfProjects(
  transaction: Transaction,
  projectIds: ReadonlySet<string>,
): Promise<void> {
  const things: ChangedThing[] = [];
  for (const { projectId, body } of await transaction.select().from(projects)) {
    if (!projectIds.has(projectId)) continue;
    if (body.scriptId !== null) things.push({ entity: 'script', id: body.scriptId });
    if (body.formId !== null) things.push({ entity: 'form', id: body.formId });
    things.push({ entity: 'project', id: projectId });
  }
  await recordChanges(transaction, things);
}

async function loadScripts(
  transaction: Transaction,
  list: Centre['scripts'],
): Promise<readonly CentreFault[]> {
  const faults: CentreFault[] = [];
  for (const body of list) {
    const { scriptId, revision } = body;
    const [there] = await transaction
      .select()
      .from(scripts)
      .where(and(eq(scripts.scriptId, scriptId), eq(scripts.revision, revision)));
    if (!there) {
      await transaction.insert(scripts).values({ scriptId, revision, body });
      await recordChanges(transaction, [{ entity: 'script', id: scriptId }]);
    } else if (!same(there.body, body)) faults.push(revisionFault('scripts', scriptId, revision));
  }
  return faults;
}

async function loadForms(
  transaction: Transaction,
  list: Centre['forms'],
): Promise<readonly CentreFault[]> {
  const faults: CentreFault[] = [];
  for (const body of list) {
    const { formId, revision } = body;
    const [there] = await transaction
      .select()
      .from(forms)
      .where(and(eq(forms.formId, formId), eq(forms.revision, revision)));
    if (!there) {
      await transaction.insert(forms).values({ formId, revision, body });
      await recordChanges(transaction, [{ entity: 'form', id: formId }]);
    } else if (!same(there.body, body)) faults.push(revisionFault('forms', formId, revision));
  }
  return faults;
}

function revisionFault(at: string, id: string, revision: number): CentreFault {
  const message =
    `revision ${revision} of "${id}" is in the base with other words, and calls were led by it: ` +
    `give the changed one revision ${revision + 1}`;
  return { file: 'the centre file', line: 1, at, message };
}

/** As JSON would carry them: an absent key and an undefined one are the same. */
function same(one: unknown, other: unknown): boolean {
  const plain = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;
  return sameJson(plain(one), plain(other));
}
