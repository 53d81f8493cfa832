/** Waits for a state, never for a time: asks again until it holds, or fails with what was waited for. */
export async function until<T>(
  what: string,
  ask: () => T | null | undefined | false | 0 | '',
  limitMs = 8000,
): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const answer = ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}
