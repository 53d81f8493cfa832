import { assertNever } from '#shared/assert-never.ts';

export type Tone = 'good' | 'wait' | 'act' | 'idle';

/** A state's sign: its own shape for each tone, so that colour is never the only difference. */
export function StateMark({ tone, size = 10 }: { readonly tone: Tone; readonly size?: number }) {
  return (
    <svg aria-hidden width={size} height={size} viewBox="0 0 12 12" style={{ flex: 'none' }}>
      <g fill={`var(--state-${tone})`} stroke={`var(--state-${tone})`} strokeWidth="1.5">
        {shapeOf(tone)}
      </g>
    </svg>
  );
}

function shapeOf(tone: Tone) {
  switch (tone) {
    case 'good':
      return <circle cx="6" cy="6" r="5" />;
    case 'wait':
      return (
        <>
          <circle cx="6" cy="6" r="5" fill="none" />
          <path d="M6 1a5 5 0 0 1 0 10z" stroke="none" />
        </>
      );
    case 'act':
      return <path d="M6 1l5 10H1z" strokeLinejoin="round" />;
    case 'idle':
      return <circle cx="6" cy="6" r="4.5" fill="none" />;
    default:
      return assertNever(tone);
  }
}
