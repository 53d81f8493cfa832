/** Does something so many times a second, evenly, whatever the machine's timers can do. */

export interface Done {
  readonly sent: number;
  /** How long it took. */
  readonly seconds: number;
  /** What `act` gave that is not null. */
  readonly made: readonly string[];
}

export async function atRate(
  perSecond: number,
  seconds: number,
  act: (serial: number) => string | null,
): Promise<Done> {
  const made: string[] = [];
  const began = performance.now();
  let sent = 0;
  let lastAt = 0;
  const total = perSecond * seconds;
  while (sent < total) {
    const due = Math.min(total, Math.ceil(((performance.now() - began) / 1000) * perSecond));
    for (; sent < due; sent++) {
      const text = act(sent);
      if (text !== null) made.push(text);
    }
    lastAt = performance.now() - began;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { sent, seconds: lastAt / 1000, made };
}
