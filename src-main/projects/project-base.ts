/** Projects, scripts and forms as this person may use them: few, small, and held parsed in memory. */
import type { FormDefinition } from '#shared/model/form.ts';
import type { Project } from '#shared/model/project.ts';
import type { Script } from '#shared/model/script.ts';
import { Listeners } from '../listeners.ts';
import type { Store } from '../store/open-store.ts';
import type { PulledRoom } from '../sync/pulled-room.ts';

export interface ProjectBase {
  byId(projectId: string): Project | null;
  /** The project whose calls this queue of the exchange carries. */
  byQueue(queue: string): Project | null;
  /** The project that is reached by this number (E.164, or as the exchange wrote it). */
  byDialled(number: string): Project | null;
  /** Those with these ids that are here, in the order of the ids. */
  all(projectIds: readonly string[]): readonly Project[];
  script(scriptId: string): Script | null;
  form(formId: string): FormDefinition | null;
  /** Told after each commit that changed a project, script or form. */
  onChange(changed: () => void): Disposable;
  readonly pulled: {
    readonly project: PulledRoom<'project'>;
    readonly script: PulledRoom<'script'>;
    readonly form: PulledRoom<'form'>;
  };
}

type Kind = 'project' | 'script' | 'form';

export function createProjectBase(store: Store): ProjectBase {
  const listeners = new Listeners<void>();
  const tell = (): void => listeners.tell();
  const projects = createShelf<Project, 'project'>(store, 'project', tell);
  const scripts = createShelf<Script, 'script'>(store, 'script', tell);
  const forms = createShelf<FormDefinition, 'form'>(store, 'form', tell);
  const findProject = (fits: (project: Project) => boolean): Project | null =>
    [...projects.all().values()].find(fits) ?? null;

  return {
    byId: (projectId) => projects.all().get(projectId) ?? null,
    byQueue: (queue) => findProject((project) => project.queues.includes(queue)),
    byDialled: (number) => findProject((project) => project.numbers.includes(number)),
    all: (projectIds) => projectIds.flatMap((id) => projects.all().get(id) ?? []),
    script: (scriptId) => scripts.all().get(scriptId) ?? null,
    form: (formId) => forms.all().get(formId) ?? null,
    onChange: (changed) => listeners.add(changed),
    pulled: { project: projects.pulled, script: scripts.pulled, form: forms.pulled },
  };
}

interface Shelf<Body, Name extends Kind> {
  readonly pulled: PulledRoom<Name>;
  all(): ReadonlyMap<string, Body>;
}

/** One table of whole things by id, read once and again after each change. */
function createShelf<Body, Name extends Kind>(
  store: Store,
  kind: Name,
  changed: () => void,
): Shelf<Body, Name> {
  const table = `${kind}s`;
  const key = `${kind}_id`;
  const select = store.prepare<{ id: string; body: string }>(
    `SELECT ${key} AS id, body FROM ${table} ORDER BY ${key}`,
  );
  const put = store.prepare(
    `INSERT INTO ${table} (${key}, generation, body) VALUES (?, ?, ?)
     ON CONFLICT (${key}) DO UPDATE SET generation = excluded.generation, body = excluded.body`,
  );
  const erase = store.prepare(`DELETE FROM ${table} WHERE ${key} = ?`);
  const sweep = store.prepare(`DELETE FROM ${table} WHERE generation <> ?`);
  const wipe = store.prepare(`DELETE FROM ${table}`);
  let known: ReadonlyMap<string, Body> | null = null;

  const pulled: PulledRoom<Name> = {
    apply(tx, change, generation) {
      const { id, body }: { readonly id: string; readonly body: unknown } = change;
      known = null;
      if (body) put.run(id, generation, JSON.stringify(body));
      else erase.run(id);
      tx.afterCommit(() => {
        known = null;
        changed();
      });
      tx.afterRollback(() => (known = null));
    },
    sweep(tx, generation) {
      const { changes } = sweep.run(generation);
      if (changes > 0) {
        known = null;
        tx.afterCommit(changed);
        tx.afterRollback(() => (known = null));
      }
      return false;
    },
    wipe(tx) {
      wipe.run();
      known = null;
      tx.afterCommit(changed);
      tx.afterRollback(() => (known = null));
    },
    settle: () => undefined,
  };
  return {
    pulled,
    all: (): ReadonlyMap<string, Body> =>
      (known ??= new Map(select.all().map(({ id, body }) => [id, JSON.parse(body) as Body]))),
  };
}
