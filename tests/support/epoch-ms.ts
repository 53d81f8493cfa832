/** Milliseconds since 1970, finer than Date.now(). */
export const epochMs = (): number => performance.timeOrigin + performance.now();
