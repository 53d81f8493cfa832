import { useDeferredValue } from 'react';
import { useDeskStore } from '../../state/desk-store.ts';
import { TimelineList } from './TimelineList.tsx';

const noProjects: never[] = [];

/** The timeline of the customer on a call's card. */
export function TimelinePanel({ callId }: { readonly callId: string }) {
  const entry = useDeskStore((state) => state.calls[callId]);
  // Who calls is painted first, and what is being typed in: of a good customer there are fifty entries.
  const whole = useDeferredValue(true, false);
  const card = entry?.card;
  const projects = useDeskStore((state) => state.session?.projects) ?? noProjects;
  if (!card || !whole) return null;
  const known =
    card.project && !projects.some((one) => one.projectId === card.project?.projectId)
      ? [...projects, card.project]
      : projects;
  return (
    <TimelineList
      entries={card.customer ? card.timeline : []}
      whoKnown={card.customer !== null}
      projects={known}
      zone={card.project?.zone ?? projects[0]?.zone ?? 'Europe/Ljubljana'}
    />
  );
}
