import { useTranslation } from 'react-i18next';
import type { TimelineEntry } from '#shared/model/timeline.ts';
import classes from './timeline.module.css';

const shapes: Record<TimelineEntry['kind'], string> = {
  call: 'M4 2l3 0 1 3-1.5 1.2a8 8 0 0 0 3.3 3.3L11 8l3 1v3a1.5 1.5 0 0 1-1.6 1.5A11 11 0 0 1 2.5 3.6 1.5 1.5 0 0 1 4 2z',
  order: 'M3 5h10v8H3zM5.5 5a2.5 2.5 0 0 1 5 0',
  application: 'M4 2h6l2 2v10H4zM6 7h4M6 10h4',
  refused: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM4 12 12 4',
  callback: 'M8 2.5a5.5 5.5 0 1 0 5.5 5.5M8 5v3l2 2M13.5 3v3h-3',
  note: 'M3 13l1-3 7-7 2 2-7 7zM10 4l2 2',
};

/** The kind of an entry as a small drawing, with its name for those who do not see it. */
export function EntryIcon({ kind }: { readonly kind: TimelineEntry['kind'] }) {
  const { t } = useTranslation('timeline');
  return (
    <svg
      className={classes.icon}
      viewBox="0 0 16 16"
      width={16}
      height={16}
      role="img"
      aria-label={t(`kind.${kind}`)}
    >
      <path
        d={shapes[kind]}
        fill="none"
        stroke="currentColor"
        strokeWidth={1.3}
        strokeLinejoin="round"
      />
    </svg>
  );
}
