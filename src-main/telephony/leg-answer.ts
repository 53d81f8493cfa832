/** Answers a call that rings here. */
import { Invitation } from 'sip.js';
import { LineError } from '../calls/line.ts';
import { asVoiceError } from '../voice/voice-error.ts';
import type { LegCore } from './leg-core.ts';
import { refuseInvitation } from './refuse-invitation.ts';

/** So long a press of the key waits for a voice page that was lost in this moment. */
const pageBackMs = 3000;

/** An offer that cannot be accepted ends the call (RFC 3261 §21.4.26). Errors: LineError. */
export async function answerCall(core: LegCore): Promise<void> {
  const { session, media, isRinging } = core.dialog;
  if (!(session instanceof Invitation) || !isRinging || core.ended)
    throw new LineError('WRONG_STATE', `the call is ${session.state}`);
  if (!core.deps.isLineUp()) throw new LineError('LINE_DOWN', 'the line is lost');
  try {
    // With Require: 100rel (RFC 3262) the answer went out while it rang.
    if (session.body && !media.connected) await prepareAnswer(core, session.body);
  } catch (error) {
    if (core.ended) throw callEnded();
    if (asVoiceError(error).code !== 'BAD_SDP')
      throw new LineError('NO_VOICE', 'the voice page failed', { cause: error });
    core.end('failed', 'the offer could not be accepted');
    core.tellRefusal(488);
    refuseInvitation(session, { statusCode: 488 });
    throw new LineError('REFUSED', 'the offer could not be accepted', { cause: error });
  }
  if (core.ended) throw callEnded();
  try {
    await session.accept();
  } catch (error) {
    const detail = error instanceof Error ? error.message : 'failed';
    throw new LineError('REFUSED', detail, { cause: error });
  }
}

function callEnded(): LineError {
  return new LineError('WRONG_STATE', 'the call has ended');
}

/** On the next page, where the present one goes meanwhile. Errors: VoiceError. */
async function prepareAnswer({ dialog, deps }: LegCore, offer: string): Promise<void> {
  const { voice, clock } = deps;
  let came = (): void => undefined;
  const another = new Promise<void>((resolve) => (came = resolve));
  using _arrival = voice.onPage((present) => present && came());
  try {
    await dialog.media.prepareAnswer(offer);
  } catch (error) {
    if (asVoiceError(error).code === 'BAD_SDP') throw error;
    using _limit = clock.after(pageBackMs, () => came());
    await another;
    await dialog.media.prepareAnswer(offer);
  }
}
