/** When a form was back on the screen, by the clock of its own page: how late a test looks does not count. */

type PageWithForm = typeof globalThis & { formPaintedAt?: number };

/** Runs in the desk page before its own code: notes when a form was first there with something typed into it. */
export function noteForm(): void {
  const note = (): void => {
    (globalThis as PageWithForm).formPaintedAt = performance.timeOrigin + performance.now();
  };
  const look = (): void => {
    const street = document.querySelector<HTMLInputElement>('#form_street');
    // Then after the frame that shows it.
    requestAnimationFrame(street?.value ? note : look);
  };
  requestAnimationFrame(look);
}

/** Runs in the desk page; milliseconds since 1970. */
export const formPaintedAt = (): number | undefined => (globalThis as PageWithForm).formPaintedAt;
