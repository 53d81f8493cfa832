import { expect, test } from 'vitest';
import { createProjectBase } from '../../../src-main/projects/project-base.ts';
import { deskBase } from '../../support/desk-base.ts';
import { form, internet, sale, taxi } from '../../support/projects.ts';

test('projects are found by queue and number, change with a pull, and go when they are swept', () => {
  using base = deskBase();
  const projects = createProjectBase(base.store);
  let changes = 0;
  using _watch = projects.onChange(() => changes++);
  base.store.transaction((tx) => {
    for (const body of [internet, taxi])
      projects.pulled.project.apply(tx, { entity: 'project', id: body.projectId, body }, 1);
    projects.pulled.script.apply(tx, { entity: 'script', id: sale.scriptId, body: sale }, 1);
    projects.pulled.form.apply(tx, { entity: 'form', id: form.formId, body: form }, 1);
    expect(changes).toBe(0);
  });
  expect(changes).toBeGreaterThan(0);
  expect(projects.byQueue('taxi')).toEqual(taxi);
  expect(projects.byQueue('nobody')).toBeNull();
  expect(projects.byDialled('+38612345678')).toEqual(internet);
  expect(projects.all(['taxi', 'gone', 'internet'])).toEqual([taxi, internet]);
  expect(projects.script('internet-sale')).toEqual(sale);
  expect(projects.form('internet-form')).toEqual(form);

  const renamed = { ...internet, name: { sl: 'Splet' } };
  base.store.transaction((tx) => {
    projects.pulled.project.apply(tx, { entity: 'project', id: 'internet', body: renamed }, 2);
    expect(projects.pulled.project.sweep(tx, 2)).toBe(false);
  });
  expect(projects.byId('internet')?.name.sl).toBe('Splet');
  expect(projects.byId('taxi')).toBeNull();
});

test('projects are as they were after a transaction that failed', () => {
  using base = deskBase();
  const projects = createProjectBase(base.store);
  const failing = () =>
    base.store.transaction((tx) => {
      projects.pulled.project.apply(tx, { entity: 'project', id: 'taxi', body: taxi }, 1);
      expect(projects.byId('taxi')).toEqual(taxi);
      throw new Error('no');
    });
  expect(failing).toThrow('no');
  expect(projects.byId('taxi')).toBeNull();
});
