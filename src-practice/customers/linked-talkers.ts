/** Two desks hear each other: what one says comes out at the other, at most 200 ms late. */
import type { Talker } from './talker.ts';

/** Says nothing and hears nothing. */
export const echoLess: Talker = { fill: () => {}, heard: () => {}, hold: () => {} };

const mostBlocks = 20;

/**
 * The talkers for desk A and for desk B.
 * @param showA tells desk A that B holds, or no longer does; `showB` the other way about.
 */
export function linkedTalkers(
  showA: (held: boolean) => void,
  showB: (held: boolean) => void,
): readonly [Talker, Talker] {
  const toA: Int16Array[] = [];
  const toB: Int16Array[] = [];
  const talker = (
    incoming: Int16Array[],
    outgoing: Int16Array[],
    show: (held: boolean) => void,
  ): Talker => {
    let held = false;
    return {
      fill(block) {
        const next = incoming.shift();
        if (next) block.set(next.subarray(0, block.length));
      },
      heard(block) {
        if (outgoing.length >= mostBlocks) outgoing.shift();
        outgoing.push(block.slice());
      },
      hold(now) {
        if (now === held) return;
        held = now;
        outgoing.length = 0;
        show(now);
      },
    };
  };
  return [talker(toA, toB, showB), talker(toB, toA, showA)];
}
