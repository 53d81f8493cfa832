import 'react';

declare module 'react' {
  interface CSSProperties {
    /** Custom properties that a component's stylesheet reads. */
    [name: `--${string}`]: string | number | undefined;
  }
}
