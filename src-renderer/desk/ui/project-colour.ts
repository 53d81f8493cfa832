import type { Project } from '#shared/model/project.ts';

/** The project's colour for stripes and dots; never for text. Neutral where there is no project. */
export function projectColour(project: Pick<Project, 'colour'> | null | undefined): string {
  return project ? `var(--mantine-color-${project.colour}-6)` : 'var(--state-idle)';
}
