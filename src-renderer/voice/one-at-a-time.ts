/** Runs what takes time one run after the other: whoever asks while it runs gets one more run, behind that, however many ask. */
export function oneAtATime(run: () => Promise<void>): () => Promise<void> {
  let again = false;
  let running: Promise<void> | null = null;
  const all = async (): Promise<void> => {
    while (again) {
      again = false;
      await run();
    }
  };
  return () => {
    again = true;
    running ??= all().finally(() => {
      running = null;
    });
    return running;
  };
}
