/** What a centre file's parts must agree on: names that are used exist, things that must differ do. */
import type { CentreFile } from '#shared/model/centre-file.ts';
import { formFaults } from '#shared/model/form.ts';
import { toE164 } from '#shared/model/phone-number.ts';
import { scriptFaults } from '#shared/model/script.ts';
import type { Path } from './locate.ts';
import type { Complain } from './prepare-customer.ts';

export function crossCheck(file: CentreFile, complain: Complain): void {
  const once = uniqueness(complain);
  checkPeople(file, once, complain);
  checkProjects(file, once, complain);
  file.scripts.forEach((script, index) => {
    once(['scripts', index, 'scriptId'], `script ${script.scriptId} revision`, script.revision);
    for (const fault of scriptFaults(script)) complain(['scripts', index], fault);
  });
  file.forms.forEach((form, index) => {
    once(['forms', index, 'formId'], `form ${form.formId} revision`, form.revision);
    try {
      formFaults(form, {});
    } catch {
      complain(['forms', index, 'schema'], 'is no JSON Schema that can be used');
    }
  });
  if (Array.isArray(file.customers)) checkCustomers(file, once, complain);
}

type Once = (path: Path, what: string, value: string | number) => void;

function uniqueness(complain: Complain): Once {
  const seen = new Set<string>();
  return (path, what, value) => {
    const name = `${what} ${value}`;
    if (seen.has(name)) complain(path, `${what} "${value}" is there twice`);
    seen.add(name);
  };
}

function checkPeople(file: CentreFile, once: Once, complain: Complain): void {
  const projectIds = new Set(file.projects.map((project) => project.projectId));
  file.people.forEach((person, index) => {
    once(['people', index, 'username'], 'user name', person.username);
    if (person.line) {
      once(['people', index, 'line', 'extension'], 'extension', person.line.extension);
      once(['people', index, 'line', 'sipUser'], 'SIP user', person.line.sipUser);
    }
    person.projects.forEach((projectId, place) => {
      if (!projectIds.has(projectId))
        complain(['people', index, 'projects', place], `there is no project "${projectId}"`);
    });
  });
}

function checkProjects(file: CentreFile, once: Once, complain: Complain): void {
  const scriptIds = new Set(file.scripts.map((script) => script.scriptId));
  const formIds = new Set(file.forms.map((form) => form.formId));
  file.projects.forEach((project, index) => {
    const at = (...rest: Path): Path => ['projects', index, ...rest];
    once(at('projectId'), 'project', project.projectId);
    project.numbers.forEach((text, place) => {
      const number = toE164(text, project.region ?? file.organisation.region);
      if (number === null) complain(at('numbers', place), `"${text}" is no phone number`);
      else once(at('numbers', place), 'the number', number);
    });
    project.queues.forEach((queue, place) => once(at('queues', place), 'the queue', queue));
    if (project.scriptId !== null && !scriptIds.has(project.scriptId))
      complain(at('scriptId'), `there is no script "${project.scriptId}"`);
    if (project.formId !== null && !formIds.has(project.formId))
      complain(at('formId'), `there is no form "${project.formId}"`);
    checkZone(project.zone ?? file.organisation.zone, at('zone'), complain);
    for (const [place, outcome] of project.outcomes.entries())
      once(at('outcomes', place, 'code'), `in ${project.projectId} the outcome`, outcome.code);
  });
}

function checkZone(zone: string, path: Path, complain: Complain): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone }).format();
  } catch {
    complain(path, `"${zone}" is no IANA time zone`);
  }
}

function checkCustomers(file: CentreFile, once: Once, complain: Complain): void {
  const projectIds = new Set(file.projects.map((project) => project.projectId));
  if (!Array.isArray(file.customers)) return;
  file.customers.forEach((customer, index) => {
    once(['customers', index, 'key'], 'the key', customer.key);
    customer.history?.forEach((entry, place) => {
      if (entry.project !== undefined && !projectIds.has(entry.project))
        complain(
          ['customers', index, 'history', place, 'project'],
          `there is no project "${entry.project}"`,
        );
    });
  });
}
