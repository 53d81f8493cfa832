/** Another dialog, asked for by the other side, takes a leg's place (RFC 3891 §3): the same call, perhaps another party. */
import type { Invitation } from 'sip.js';
import { LineError } from '../calls/line.ts';
import { headersOf } from './leg-dialog.ts';
import type { LegCore } from './leg-core.ts';
import type { LegSurvival } from './leg-survival.ts';
import { refuseInvitation } from './refuse-invitation.ts';

/** Answers the INVITE; where that cannot be done, it is refused and the leg goes on as it was. */
export function replaceBy(core: LegCore, survival: LegSurvival, invitation: Invitation): void {
  const { voice, log, callId } = core.deps;
  const refuse = (statusCode: number): void => {
    log.info({ callId, statusCode }, 'replacement refused');
    refuseInvitation(invitation, { statusCode });
  };
  const successor = core.makeDialog(invitation);
  core.later('not replaced', async () => {
    // RFC 3891 §3: a dialog that "has already terminated" is declined with 603.
    if (core.ended) return refuse(603);
    if (!voice.present) return refuse(480);
    core.renewPeer();
    try {
      if (invitation.body) await successor.media.prepareAnswer(invitation.body);
      await invitation.accept();
    } catch (error) {
      refuse(488);
      if (core.dialog.isUp) await core.negotiate(core.held, true);
      throw new LineError('REFUSED', 'the replacement had no media', { cause: error });
    }
    if (core.ended) return void successor.takeLeave(core.deps.isLineUp());
    survival.succeed(successor);
    core.identify(core.party.inInvite(headersOf(invitation.request)));
  });
}
