/** The calls of a day, one after another and some at once, led from the operator's keyboard. */
import { waitFor } from '../floor/support/wait-for.ts';
import type { SoakCaller } from './soak-caller.ts';
import { toTheDesk, type SoakDesk } from './soak-desk.ts';

/** In the base: the card has a customer. */
const known = '+38641555101';
/** Nobody has it: the exchange refuses to transfer there. */
const nobody = '399';
const callPhase = (phase: string): string => `[data-call][data-phase="${phase}"]`;

export interface SoakDay {
  /** Calls in which one side heard nothing for half a minute; what was known of each has gone to stderr. */
  readonly silent: number;
  /** The call of this turn, from the ring to the finished card. Answers how many calls it has been. */
  turn(at: number): Promise<number>;
}

/** Every hundredth turn cuts the desk's connection to the exchange while somebody talks. */
export function soakDay(desk: SoakDesk, first: SoakCaller, second: SoakCaller): SoakDay {
  const { page } = desk;
  let silent = 0;
  const rings = (caller: SoakCaller, at: number): Promise<void> =>
    caller.ring(toTheDesk, at % 2 === 0 ? known : `+3864${1_000_000 + at}`);
  const ringing = page.getByRole('article', { name: 'Dohodni klic' });

  async function answer(caller: SoakCaller): Promise<void> {
    await ringing.waitFor();
    await page.keyboard.press('F2');
    await caller.answered();
    await page.locator(callPhase('talking')).waitFor();
    await heard(caller);
  }
  async function heard(caller: SoakCaller): Promise<void> {
    const sides = await Promise.allSettled([caller.hears(), desk.hears()]);
    const problems = sides.filter((side) => side.status === 'rejected').map(({ reason }) => reason);
    if (problems.length === 0) return;
    silent++;
    process.stderr.write(`${problems.join(', ')}: ${caller.told()} ${await desk.told()}\n`);
  }
  async function finish(): Promise<void> {
    await waitFor('the card gone', async () => {
      if ((await page.locator('[data-call]').count()) === 0) return true;
      // The outcome "solved", its first reason, done.
      for (const key of ['t', '1', 'F9']) await page.keyboard.press(key);
      return false;
    });
  }
  async function ended(): Promise<void> {
    await page.locator(callPhase('ended')).waitFor();
    await finish();
  }

  async function inTalk(at: number): Promise<void> {
    switch (at % 10) {
      case 1:
        await page.keyboard.press('F3');
        await page.locator(callPhase('held')).waitFor();
        await page.keyboard.press('F3');
        await page.locator(callPhase('talking')).waitFor();
        return heard(first);
      case 3:
        await page.keyboard.press('F6');
        await page.getByRole('button', { name: /^Vklopi/ }).waitFor();
        await page.keyboard.press('F6');
        await page.getByRole('button', { name: /^Utišaj/ }).waitFor();
        return heard(first);
      case 5:
        await rings(second, at + 1);
        await answer(second);
        await page.locator(callPhase('held')).waitFor();
        await second.hangUp();
        await page.locator(callPhase('talking')).waitFor({ state: 'detached' });
        await page.keyboard.press('F3');
        await page.locator(callPhase('talking')).waitFor();
        return heard(first);
      case 7:
        await page.keyboard.press('F8');
        // It has the focus a moment after it is seen.
        await page.locator('input[aria-autocomplete="list"]:focus').waitFor();
        await page.keyboard.type(nobody);
        await page.keyboard.press('Control+Enter');
        await page.locator('[data-transfer="failed"]').waitFor();
        await page.keyboard.press('Escape');
        return heard(first);
      default:
        return undefined;
    }
  }

  return {
    get silent() {
      return silent;
    },
    async turn(at) {
      await rings(first, at);
      if (at % 10 === 9) {
        await ringing.waitFor();
        await first.hangUp();
        await finish();
        return 1;
      }
      await answer(first);
      await inTalk(at);
      if (at % 100 === 50) {
        await desk.cut();
        await heard(first);
      }
      if (at % 10 === 8) {
        await page.keyboard.press('F4');
        await first.ended();
      } else await first.hangUp();
      await ended();
      return at % 10 === 5 ? 2 : 1;
    },
  };
}
