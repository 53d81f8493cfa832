/** Telephony: the operator's SIP line. Registers over WebSocket and stays registered by itself, and makes a leg of every call. */
import { networkInterfaces } from 'node:os';
import {
  Inviter,
  SIPExtension,
  UserAgent,
  type Invitation,
  type Notification,
  type Session,
  type URI,
} from 'sip.js';
import { v7 as uuidv7 } from 'uuid';
import type { LineAccount, LineLights, LineState } from '#shared/model/line.ts';
import { LineError, type IncomingLeg, type Leg, type Line } from '../calls/line.ts';
import type { Clock } from '../host.ts';
import { Listeners } from '../listeners.ts';
import type { Log } from '../log.ts';
import type { VoiceLink } from '../voice/voice-link.ts';
import { trustedCertificates } from './certificate.ts';
import { incomingFacts } from './incoming-identity.ts';
import { LineConnection } from './line-connection.ts';
import { obeyProtocol, reinviteToRefresh, type LineProtocol } from './line-protocol.ts';
import { Lights } from './lights.ts';
import { audioOfferFault } from './offer-fault.ts';
import type { RemoteMedia } from './remote-media.ts';
import { EndedDialogs } from './replaces.ts';
import { SelfCalls } from './self-call.ts';
import { SipLeg } from './sip-leg.ts';
import { patchUserAgent, takeReplaced, type DialogId } from './sip-patch.ts';
import { SipRecording, type SipRecorder } from './sip-recorder.ts';
import { replacesHeaders } from './take-over.ts';
import { WsTransport, type WsTransportOptions } from './ws-transport.ts';

export interface SipLineDeps {
  readonly voice: VoiceLink;
  readonly clock: Clock;
  readonly log: Log;
  /** PEM certificates of the administrator, beside the machine's own store. */
  readonly extraCa?: readonly string[];
  /** What the line calls itself in User-Agent. */
  readonly userAgent: string;
  /** UUID of this installation (RFC 5626 §4.1): the same after a restart. */
  readonly instanceId: string;
  /** ISO 3166-1 alpha-2; in whose national form the exchange may write numbers. */
  region?(): string;
}

/** Calls that ring at once; what comes beyond is told "busy" before it costs anything. */
const mostRinging = 8;
/** Longer than any queue rings; sip.js would refuse after 60 s. */
const noAnswerSeconds = 300;

/** The line, with the ladder for the debug panel. Dispose it after `close`. */
export type SipLine = Line & Disposable & { readonly sip: SipRecorder };

export function createSipLine(deps: SipLineDeps): SipLine {
  const { voice, clock, log } = deps;
  const recording = new SipRecording(clock);
  const ca = trustedCertificates(deps.extraCa ?? []);
  const stateChanged = new Listeners<LineState>();
  const rang = new Listeners<IncomingLeg>();
  const lightsChanged = new Listeners<LineLights>();
  const legs = new Map<string, SipLeg>();
  const media = new WeakMap<Session, RemoteMedia>();
  const selfCalls = new SelfCalls();
  const endedDialogs = new EndedDialogs();
  let state: LineState = idle;
  let opened: {
    ua: UserAgent;
    account: LineAccount;
    connection: LineConnection;
    protocol: LineProtocol;
    lights: Lights;
  } | null = null;
  let farewell: Promise<void> = Promise.resolve();
  /** Counts what was last wished, so that an opening that had to wait knows whether it is still wanted. */
  let wish = 0;

  function setState(next: LineState): void {
    state = next;
    log.info({ phase: next.phase, problem: next.problem }, 'line state');
    stateChanged.tell(next);
  }

  function userAgent(account: LineAccount): { ua: UserAgent; protocol: LineProtocol } {
    const uri = UserAgent.makeURI(`sip:${encodeURIComponent(account.sipUser)}@${account.domain}`);
    if (!uri) throw new LineError('REFUSED', 'the account has no valid SIP address');
    const transportOptions: WsTransportOptions = {
      server: account.exchange,
      ca,
      clock,
      log,
      record: (direction, text) => recording.add(direction, text),
      isBusy: () => legs.size > 0,
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
      sessionDescriptionHandlerFactory: mediaOf,
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
      // sip.js puts addresses into its messages: only where and how bad is kept.
      logConnector: (level, category) => log.debug({ level, category }, 'sip.js'),
      delegate: {
        onInvite: (invitation) => ring(invitation, account, ua),
        onNotify: (notification) => hearUnasked(notification),
      },
    });
    const isNegotiating = (dialog: DialogId): boolean =>
      [...legs.values()].some((leg) => leg.isNegotiating(dialog));
    const legOf = (dialogId: string): SipLeg | undefined =>
      [...legs.values()].find((leg) => leg.isIn(dialogId));
    const protocol = obeyProtocol({
      ua,
      account: { username: account.sipUser, password: account.secret },
      clock,
      isLineUp: () => state.phase === 'registered',
      isNegotiating,
      answerOffer: (dialog, offer) =>
        legIn(dialog)?.answerOffer(offer) ??
        Promise.reject(new LineError('WRONG_STATE', 'no call has this dialog')),
      updated: (dialog, headers) => legIn(dialog)?.identify(headers),
      reinvite: (dialogId) => reinviteToRefresh(legOf(dialogId)),
      over: (dialogId) => legOf(dialogId)?.expire(),
    });
    patchUserAgent(ua, {
      isNegotiating,
      refusal: (replaces) => endedDialogs.refusal(replaces),
      guarded: (receive) => {
        try {
          receive();
        } catch (error) {
          log.warn({ kind: error instanceof Error ? error.name : 'unknown' }, 'message dropped');
        }
      },
      declined: (dialog) => log.info({ callId: legIn(dialog)?.callId }, 'REFER declined'),
    });
    return { ua, protocol };
  }

  function mediaOf(session: Session): RemoteMedia {
    const found = media.get(session);
    if (!found) throw new Error('a session without a leg');
    return found;
  }

  function legIn(dialog: DialogId): SipLeg | undefined {
    return [...legs.values()].find((leg) => leg.talksIn(dialog));
  }

  function makeLeg(
    ua: UserAgent,
    session: Invitation | Inviter,
    account: LineAccount,
    callId: string = uuidv7(),
  ): SipLeg {
    const leg = new SipLeg(
      {
        callId,
        session,
        voice,
        clock,
        log,
        iceServers: account.iceServers,
        region: deps.region?.() ?? 'SI',
        ownUri: ua.configuration.uri.toString(),
        isLineUp: () => state.phase === 'registered',
        addresses: localAddresses,
        attach: (made, its) => void media.set(made, its),
        invite: (uri, headers) => inviterTo(ua, uri, headers),
        uriOf: (target) => targetUri(account, target).toString(),
      },
      ({ journalled }) => {
        legs.delete(callId);
        if (journalled) endedDialogs.add(journalled);
      },
    );
    legs.set(leg.callId, leg);
    return leg;
  }

  function ring(invitation: Invitation, account: LineAccount, ua: UserAgent): void {
    const { request } = invitation;
    const fault = audioOfferFault(request.getHeader('Content-Type'), request.body);
    const busy = [...legs.values()].filter((leg) => leg.isRinging).length >= mostRinging;
    if (fault || busy || (rang.size === 0 && !selfCalls.isAwaited)) {
      const statusCode = fault ?? (busy ? 486 : 480);
      log.info({ statusCode }, 'call refused');
      // RFC 3261 §21.4.13: a 415 says what would be taken.
      const extraHeaders = statusCode === 415 ? ['Accept: application/sdp'] : [];
      return void invitation.reject({ statusCode, extraHeaders }).catch(() => undefined);
    }
    const replaced = takeReplaced(invitation);
    if (replaced) return replace(replaced, invitation);
    const leg = makeLeg(ua, invitation, account);
    // 180 goes out before anything is looked up: the caller hears the ring at once.
    invitation.progress({ statusCode: 180 }).catch(() => undefined);
    const users = [account.sipUser, account.extension, ua.contact.uri.user ?? ''];
    const facts = incomingFacts((name) => request.getHeaders(name), {
      users,
      region: deps.region?.() ?? 'SI',
    });
    leg.begin((name) => request.getHeaders(name));
    if (selfCalls.take(leg, facts.party, users)) return;
    log.info({ callId: leg.callId }, 'call rings');
    rang.tell({ leg, ...facts });
  }

  function dialOn(ua: UserAgent, account: LineAccount, target: string): SipLeg {
    const inviter = new Inviter(ua, targetUri(account, target), { earlyMedia: true });
    const leg = makeLeg(ua, inviter, account);
    leg.start(inviter);
    return leg;
  }

  /** RFC 3891 §3: an early dialog that this side did not begin cannot be replaced. */
  function replace(replaced: Session, invitation: Invitation): void {
    const leg = [...legs.values()].find((one) => one.owns(replaced));
    if (leg && !leg.isRinging) return leg.replaceBy(invitation);
    invitation.reject({ statusCode: 481 }).catch(() => undefined);
  }

  function mustBeOpen(): NonNullable<typeof opened> {
    if (!opened || state.phase !== 'registered')
      throw new LineError('LINE_DOWN', `the line is ${state.phase}`);
    if (!voice.present) throw new LineError('NO_VOICE', 'there is no voice page');
    return opened;
  }

  /** RFC 6665 §4.1.2.3: what no subscription asked for is answered 481; a mailbox may tell of itself (RFC 3842 §3.8). */
  function hearUnasked(notification: Notification): void {
    const { request } = notification;
    const known = opened?.lights.unasked(request.getHeader('event') ?? '', request.body) ?? false;
    void (known ? notification.accept() : notification.reject({ statusCode: 481 }));
  }

  const subscriptions = [
    voice.onPeer((event) => legs.get(event.callId)?.peerChanged(event)),
    voice.onPage((present) => {
      for (const leg of legs.values()) leg.pageChanged(present);
    }),
  ];

  /** One line at a time: the next one waits until this one has said goodbye. */
  function close(): Promise<void> {
    const leaving = opened;
    opened = null;
    if (leaving) farewell = leave(leaving);
    return farewell;
  }

  async function leave({
    ua,
    connection,
    protocol,
    lights,
  }: NonNullable<typeof opened>): Promise<void> {
    const hungUp = [...legs.values()].map((leg) => leg.hangUp());
    setState(idle);
    await Promise.all(hungUp);
    lights.close();
    lightsChanged.tell(dark);
    await connection.close();
    await ua.stop();
    protocol[Symbol.dispose]();
    legs.clear();
  }

  return {
    sip: recording,
    get state() {
      return state;
    },
    onState: (changed) => stateChanged.add(changed),
    onIncoming: (told) => rang.add(told),
    open: async (account) => {
      const wished = ++wish;
      await close();
      if (wished !== wish) return;
      const { ua, protocol } = userAgent(account);
      const lights = new Lights({
        ua,
        account,
        clock,
        log,
        changed: (now) => lightsChanged.tell(now),
      });
      const connection = new LineConnection({
        ua,
        clock,
        log,
        extension: account.extension,
        addresses: localAddresses,
        changed: setState,
        lost: () => {
          lights.lost();
          for (const leg of legs.values()) leg.lineLost();
        },
        back: () => {
          protocol.back();
          for (const leg of legs.values()) leg.lineBack();
          lights.back();
        },
      });
      opened = { ua, account, connection, protocol, lights };
      await connection.open();
    },
    close: () => {
      wish++;
      return close();
    },
    probe: () => opened?.connection.probe(),
    dial: async (target): Promise<Leg> => {
      const { ua, account } = mustBeOpen();
      return dialOn(ua, account, target);
    },
    recover: async (callId, dialog): Promise<Leg> => {
      const { ua, account } = mustBeOpen();
      const inviter = inviterTo(ua, dialog.remoteUri, replacesHeaders(dialog));
      if (!inviter || legs.has(callId))
        throw new LineError('WRONG_STATE', 'the call cannot be asked for');
      const leg = makeLeg(ua, inviter, account, callId);
      leg.recover(dialog);
      return leg;
    },
    callSelf: async (signal) => {
      const { ua, account } = mustBeOpen();
      return await selfCalls.make(
        { voice, clock, dial: () => dialOn(ua, account, account.extension) },
        signal,
      );
    },
    get lights() {
      return opened?.lights.seen ?? dark;
    },
    onLights: (changed) => lightsChanged.add(changed),
    focus: (callId) => voice.focus(callId),
    conference: (callIds) => voice.conference(callIds),
    [Symbol.dispose]: () => {
      for (const subscription of subscriptions) subscription[Symbol.dispose]();
    },
  };
}

const dark: LineLights = { mailbox: null, colleagues: [] };

const idle: LineState = {
  phase: 'idle',
  extension: null,
  problem: null,
  detail: null,
  retryAt: null,
};

function inviterTo(ua: UserAgent, uri: string, extraHeaders: readonly string[]): Inviter | null {
  const target = UserAgent.makeURI(uri);
  return target ? new Inviter(ua, target, { extraHeaders: [...extraHeaders] }) : null;
}

/** Errors: LineError REFUSED. */
function targetUri(account: LineAccount, target: string): URI {
  const uri = UserAgent.makeURI(`sip:${escapedUser(target)}@${account.domain}`);
  if (!uri) throw new LineError('REFUSED', 'the target is no SIP address');
  return uri;
}

/** RFC 3261 §25.1 user: "+" and "*" stand for themselves, "#" does not. */
function escapedUser(target: string): string {
  return encodeURIComponent(target).replaceAll('%2B', '+');
}

function localAddresses(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all
    .filter(({ internal }) => !internal)
    .map(({ address }) => address)
    .sort()
    .join(' ');
}
