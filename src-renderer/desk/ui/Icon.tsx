/** Line icons on a 24 × 24 grid; always beside a word or a label, never the only sign. */
const paths = {
  call: 'M6 3h3l2 5-2.5 1.5a11 11 0 0 0 6 6L16 13l5 2v3a3 3 0 0 1-3 3A15 15 0 0 1 3 6a3 3 0 0 1 3-3z',
  hangUp: 'M3 14c5-5 13-5 18 0l-2 3-4-1.500v-2.500c-2-.7-4-.7-6 0v2.500L5 17z',
  hold: 'M8 5v14M16 5v14',
  resume: 'M8 5l11 7-11 7z',
  mic: 'M12 3a3 3 0 0 1 3 3v6a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4',
  micOff:
    'M9 9v3a3 3 0 0 0 5 2.200M15 11V6a3 3 0 0 0-5.8-1M6 11a6 6 0 0 0 9.5 4.900M18 11v.5M12 17v4M3 3l18 18',
  speaker: 'M4 9v6h4l5 4V5L8 9zM16 9a4 4 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11',
  history: 'M4 4v5h5M4.500 9a8 8 0 1 1-.5 5M12 8v5l3 2',
  transfer: 'M4 8h12M12 4l4 4-4 4M20 16H8M12 12l-4 4 4 4',
  up: 'M6 15l6-6 6 6',
  close: 'M6 6l12 12M18 6L6 18',
  mail: 'M3 6h18v12H3zM3 7l9 7 9-7',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  customers:
    'M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM2 21a7 7 0 0 1 14 0M16 3.500a4 4 0 0 1 0 7.500M18 14.500A7 7 0 0 1 22 21',
  sync: 'M4 12a8 8 0 0 1 14-5.300L20 9M20 4v5h-5M20 12a8 8 0 0 1-14 5.300L4 15M4 20v-5h5',
  settings:
    'M4 7h9M17 7h3M4 17h3M11 17h9M15 9.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM9 19.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  debug: 'M3 12h4l3-8 4 16 3-8h4',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5',
  down: 'M6 9l6 6 6-6',
  check: 'M5 12.500l4.5 4.500L19 7.5',
  alert: 'M12 4l9 16H3zM12 10v4M12 17h.01',
  server: 'M4 4h16v6H4zM4 14h16v6H4zM8 7h.01M8 17h.01',
  out: 'M7 17L17 7M9 7h8v8',
  in: 'M17 7L7 17M15 17H7V9',
  language: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      aria-hidden
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      style={{ flex: 'none', display: 'block' }}
    >
      <path d={paths[name]} />
    </svg>
  );
}
