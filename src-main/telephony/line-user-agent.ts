/** sip.js's user agent for one account, with everything put around it that the line obeys. */
import { SIPExtension, UserAgent, type Notification } from 'sip.js';
import type { LineAccount } from '#shared/model/line.ts';
import { LineError } from '../calls/line.ts';
import type { Clock } from '../host.ts';
import type { Log } from '../log.ts';
import { createDropLog } from './drop-log.ts';
import type { LineCalls } from './line-calls.ts';
import { obeyProtocol, reinviteToRefresh, type LineProtocol } from './line-protocol.ts';
import { patchUserAgent } from './sip-patch.ts';
import { WsTransport, type WsTransportOptions } from './ws-transport.ts';

export interface LineUserAgentDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly calls: LineCalls;
  readonly ca: WsTransportOptions['ca'];
  readonly userAgent: string;
  readonly instanceId: string;
  record(direction: 'sent' | 'received', text: string): void;
  isLineUp(): boolean;
  /** A NOTIFY outside any dialog of ours. */
  notified(notification: Notification): void;
}

/** Longer than any queue rings; sip.js would refuse after 60 s. */
const noAnswerSeconds = 300;

/** Errors: LineError REFUSED where the account is no SIP address. */
export function makeUserAgent(
  account: LineAccount,
  deps: LineUserAgentDeps,
): { readonly ua: UserAgent; readonly protocol: LineProtocol } {
  const { clock, log, calls } = deps;
  const uri = UserAgent.makeURI(`sip:${encodeURIComponent(account.sipUser)}@${account.domain}`);
  if (!uri) throw new LineError('REFUSED', 'the account has no valid SIP address');
  const transportOptions: WsTransportOptions = {
    server: account.exchange,
    ca: deps.ca,
    clock,
    log,
    record: (direction, text) => deps.record(direction, text),
    isBusy: () => calls.count > 0,
  };
  const ua = new UserAgent({
    uri,
    displayName: account.displayName,
    instanceId: deps.instanceId,
    userAgentString: deps.userAgent,
    transportConstructor: WsTransport,
    transportOptions,
    // RFC 7118 §5.2.2: "ws" for both ws and wss.
    contactParams: { transport: 'ws' },
    sessionDescriptionHandlerFactory: (session) => calls.mediaOf(session),
    sipExtension100rel: SIPExtension.Supported,
    sipExtensionReplaces: SIPExtension.Supported,
    sipExtensionExtraSupported: ['timer'],
    allowLegacyNotifications: true,
    sendInitialProvisionalResponse: false,
    noAnswerTimeout: noAnswerSeconds,
    gracefulShutdown: false,
    logBuiltinEnabled: false,
    logConfiguration: false,
    logLevel: 'warn',
    logConnector: createDropLog(clock, log),
    delegate: {
      onInvite: (invitation) => calls.ring(invitation, { ua, account }),
      onNotify: (notification) => deps.notified(notification),
    },
  });
  const protocol = obeyProtocol({
    ua,
    account: { username: account.sipUser, password: account.secret },
    clock,
    isLineUp: () => deps.isLineUp(),
    isNegotiating: (dialog) => calls.isNegotiating(dialog),
    answerOffer: async (dialog, offer) => {
      const leg = calls.in(dialog);
      if (!leg) throw new LineError('WRONG_STATE', 'no call has this dialog');
      return await leg.answerOffer(offer);
    },
    updated: (dialog, headers) => calls.in(dialog)?.identify(headers),
    reinvite: (dialogId) => reinviteToRefresh(calls.of(dialogId)),
    over: (dialogId) => calls.of(dialogId)?.expire(),
  });
  patchUserAgent(ua, {
    isNegotiating: (dialog) => calls.isNegotiating(dialog),
    refusal: (replaces) => calls.refusal(replaces),
    guarded: (receive) => {
      try {
        receive();
      } catch (error) {
        log.warn({ kind: error instanceof Error ? error.name : 'unknown' }, 'message dropped');
      }
    },
    hasEnded: ({ callId, toTag, fromTag }) =>
      calls.hasEnded({ callId, localTag: toTag, remoteTag: fromTag }),
    unacknowledged: (dialog) => calls.in(dialog)?.unacknowledged(),
    declined: (dialog) => log.info({ callId: calls.in(dialog)?.callId }, 'REFER declined'),
  });
  return { ua, protocol };
}
