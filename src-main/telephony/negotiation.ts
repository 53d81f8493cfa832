/** An offer of ours in a call that is up, again after glare until it is agreed on or refused. */
import { Inviter } from 'sip.js';
import { LineError } from '../calls/line.ts';
import type { Clock } from '../host.ts';
import { glareDelay } from './glare-delay.ts';
import type { Headers } from './incoming-identity.ts';
import type { LegDialog } from './leg-dialog.ts';
import { reinvite } from './reinvite.ts';
import type { DescriptionWish } from './remote-media.ts';

export type Agreement =
  | { readonly type: 'agreed'; readonly headers: Headers }
  /** The dialog does not exist any more at the other side. */
  | { readonly type: 'gone'; readonly detail: string };

const glareTries = 5;

interface NegotiationDeps {
  readonly clock: Clock;
  mustBeUp(): void;
}

/** `mustBeUp` throws when the call cannot go on; it is asked before each try. Errors: LineError. */
export async function negotiate(
  dialog: LegDialog,
  wish: DescriptionWish,
  deps: NegotiationDeps,
): Promise<Agreement> {
  dialog.waits = true;
  try {
    await dialog.acknowledged;
    return await offer(dialog, wish, deps);
  } finally {
    dialog.waits = false;
    dialog.offer = null;
  }
}

async function offer(
  dialog: LegDialog,
  wish: DescriptionWish,
  deps: NegotiationDeps,
): Promise<Agreement> {
  for (let tries = 1; ; tries++) {
    const isFree = await dialog.mayOffer();
    deps.mustBeUp();
    if (!isFree) throw new LineError('REFUSED', '491 Request Pending');
    dialog.badAnswer = null;
    dialog.waits = false;
    dialog.offer = wish;
    const outcome = await reinvite(dialog.session, deps.clock);
    const bad: Error | null = dialog.badAnswer;
    if (outcome.type === 'accepted' && !bad) return { type: 'agreed', headers: outcome.headers };
    if (outcome.type === 'accepted')
      throw new LineError('REFUSED', 'the answer could not be accepted', { cause: bad });
    await dialog.media.rollbackDescription();
    dialog.offer = null;
    switch (outcome.type) {
      case 'no-voice':
        throw new LineError('NO_VOICE', outcome.detail);
      case 'gone':
        return { type: 'gone', detail: outcome.detail };
      case 'refused':
        throw new LineError('REFUSED', outcome.detail);
      case 'no-answer':
        throw new LineError('NO_ANSWER', outcome.detail);
      case 'ended':
        throw new LineError('WRONG_STATE', outcome.detail);
      case 'glare':
        if (tries === glareTries) throw new LineError('REFUSED', '491 Request Pending');
        dialog.waits = true;
        await pause(deps.clock, glareDelay(dialog.session instanceof Inviter, Math.random()));
    }
  }
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve));
}
