/** The calls of a line: a leg of every INVITE that comes or goes, and which leg a dialog belongs to. */
import { Inviter, type Invitation, type Session, type UserAgent } from 'sip.js';
import { v7 as uuidv7 } from 'uuid';
import type { CallParty } from '#shared/model/call.ts';
import type { LineAccount } from '#shared/model/line.ts';
import {
  LineError,
  type IncomingLeg,
  type JournalledDialog,
  type SelfCall,
} from '../calls/line.ts';
import type { Clock } from '../host.ts';
import type { Listeners } from '../listeners.ts';
import type { Log } from '../log.ts';
import type { VoiceLink } from '../voice/voice-link.ts';
import { incomingFacts } from './incoming-identity.ts';
import { audioOfferFault } from './offer-fault.ts';
import { refuseInvitation } from './refuse-invitation.ts';
import type { RemoteMedia } from './remote-media.ts';
import { EndedDialogs } from './replaces.ts';
import { SelfCalls } from './self-call.ts';
import { SipLeg } from './sip-leg.ts';
import { takeReplaced, type DialogId } from './sip-patch.ts';
import { replacesHeaders } from './take-over.ts';
import { inviterTo, targetUri } from './target-uri.ts';

export interface LineCallsDeps {
  readonly voice: VoiceLink;
  readonly clock: Clock;
  readonly log: Log;
  readonly rang: Listeners<IncomingLeg>;
  /** ISO 3166-1 alpha-2; in whose national form the exchange may write numbers. */
  region(): string;
  isLineUp(): boolean;
  /** This machine's addresses now, in any form that can be compared. */
  addresses(): string;
}

/** The user agent of the moment, and whose it is. */
export interface OpenLine {
  readonly ua: UserAgent;
  readonly account: LineAccount;
}

/** Calls that ring at once; what comes beyond is told "busy" before it costs anything. */
const mostRinging = 8;

export class LineCalls implements Disposable {
  readonly #deps: LineCallsDeps;
  readonly #legs = new Map<string, SipLeg>();
  readonly #media = new WeakMap<Session, RemoteMedia>();
  readonly #selfCalls = new SelfCalls();
  readonly #ended = new EndedDialogs();
  readonly #subscriptions: readonly Disposable[];

  constructor(deps: LineCallsDeps) {
    this.#deps = deps;
    this.#subscriptions = [
      deps.voice.onPeer((event) => this.#legs.get(event.callId)?.peerChanged(event)),
      deps.voice.onPage((present) => {
        for (const leg of this.#legs.values()) leg.pageChanged(present);
      }),
    ];
  }

  get count(): number {
    return this.#legs.size;
  }

  /** sip.js asks for the media of a session. */
  mediaOf(session: Session): RemoteMedia {
    const found = this.#media.get(session);
    if (!found) throw new Error('a session without a leg');
    return found;
  }

  /** The leg that talks in this dialog now. */
  in(dialog: DialogId): SipLeg | undefined {
    return [...this.#legs.values()].find((leg) => leg.talksIn(dialog));
  }

  /** The same, by sip.js's name of the dialog. */
  of(dialogId: string): SipLeg | undefined {
    return [...this.#legs.values()].find((leg) => leg.isIn(dialogId));
  }

  isNegotiating(dialog: DialogId): boolean {
    return [...this.#legs.values()].some((leg) => leg.isNegotiating(dialog));
  }

  /** The status to refuse an INVITE with these Replaces headers with, or null. */
  refusal(replaces: readonly string[]): number | null {
    return this.#ended.refusal(replaces);
  }

  /** Whether a call had this dialog that has ended. */
  hasEnded(dialog: DialogId & { readonly remoteTag: string }): boolean {
    return this.#ended.has(dialog);
  }

  lineLost(): void {
    for (const leg of this.#legs.values()) leg.lineLost();
  }

  lineBack(): void {
    for (const leg of this.#legs.values()) leg.lineBack();
  }

  /** This machine has other addresses than before, and has the line still. */
  moved(): void {
    for (const leg of this.#legs.values()) leg.moved();
  }

  async hangUpAll(): Promise<void> {
    await Promise.all([...this.#legs.values()].map((leg) => leg.hangUp()));
  }

  /** Nothing can be said to the exchange any more. */
  forgetAll(): void {
    this.#legs.clear();
  }

  /** An INVITE has come. */
  ring(invitation: Invitation, line: OpenLine): void {
    const { log, rang } = this.#deps;
    const { request } = invitation;
    const headers = (name: string): readonly string[] => request.getHeaders(name);
    const fault = audioOfferFault(request.getHeader('Content-Type'), request.body);
    const busy = [...this.#legs.values()].filter((leg) => leg.isRinging).length >= mostRinging;
    const unheard = rang.size === 0 && !this.#selfCalls.isAwaited;
    if (fault || busy || unheard) {
      const statusCode = fault ?? (busy ? 486 : 480);
      log[fault ? 'warn' : 'info']({ statusCode }, 'call refused');
      // RFC 3261 §21.4.13: a 415 says what would be taken.
      const extraHeaders = statusCode === 415 ? ['Accept: application/sdp'] : [];
      refuseInvitation(invitation, { statusCode, extraHeaders });
      return;
    }
    const replaced = takeReplaced(invitation);
    if (replaced) return this.#replace(replaced, invitation);
    const { account, ua } = line;
    const users = [account.sipUser, account.extension, ua.contact.uri.user ?? ''];
    const facts = incomingFacts(headers, { users, region: this.#deps.region() });
    if (this.#isOwnEcho(facts.party, users)) {
      refuseInvitation(invitation, { statusCode: 486 });
      return;
    }
    const leg = this.#makeLeg(invitation, line);
    // 180 goes out before the desk looks anything up: the caller hears the ring at once.
    invitation.progress({ statusCode: 180 }).catch(() => undefined);
    leg.begin(headers);
    if (this.#selfCalls.take(leg, facts.party, users)) return;
    log.info({ callId: leg.callId }, 'call rings');
    rang.tell({ leg, ...facts });
  }

  /** Errors: LineError. */
  dial(target: string, line: OpenLine): SipLeg {
    const { ua, account } = line;
    const inviter = new Inviter(ua, targetUri(account, target), { earlyMedia: true });
    const leg = this.#makeLeg(inviter, line);
    leg.start(inviter);
    return leg;
  }

  /** Errors: LineError WRONG_STATE. */
  recover(callId: string, dialog: JournalledDialog, line: OpenLine): SipLeg {
    const inviter = this.#legs.has(callId)
      ? null
      : inviterTo(line.ua, dialog.remoteUri, replacesHeaders(dialog));
    if (!inviter) throw new LineError('WRONG_STATE', 'the call cannot be asked for');
    const leg = this.#makeLeg(inviter, line, callId);
    leg.recover(dialog);
    return leg;
  }

  /** Errors: LineError. */
  callSelf(signal: AbortSignal, line: OpenLine): Promise<SelfCall> {
    const { voice, clock } = this.#deps;
    const dial = (): SipLeg => this.dial(line.account.extension, line);
    return this.#selfCalls.make({ voice, clock, dial }, signal);
  }

  [Symbol.dispose](): void {
    for (const subscription of this.#subscriptions) subscription[Symbol.dispose]();
  }

  /** An exchange that does not mind Replaces has made a second call of the INVITE that was to take one back. */
  #isOwnEcho(party: CallParty, users: readonly string[]): boolean {
    return (
      party.written !== null &&
      users.includes(party.written) &&
      [...this.#legs.values()].some((leg) => leg.isTakingBack)
    );
  }

  /** RFC 3891 §3: an early dialog that this side did not begin cannot be replaced. */
  #replace(replaced: Session, invitation: Invitation): void {
    const leg = [...this.#legs.values()].find((one) => one.owns(replaced));
    if (leg && !leg.isRinging) return leg.replaceBy(invitation);
    refuseInvitation(invitation, { statusCode: 481 });
  }

  #makeLeg(
    session: Invitation | Inviter,
    { ua, account }: OpenLine,
    callId: string = uuidv7(),
  ): SipLeg {
    const { voice, clock, log } = this.#deps;
    const leg = new SipLeg(
      {
        callId,
        session,
        voice,
        clock,
        log,
        iceServers: account.iceServers,
        region: this.#deps.region(),
        ownUri: ua.configuration.uri.toString(),
        isLineUp: () => this.#deps.isLineUp(),
        addresses: () => this.#deps.addresses(),
        attach: (made, its) => void this.#media.set(made, its),
        invite: (uri, headers) => inviterTo(ua, uri, headers),
        uriOf: (target) => targetUri(account, target).toString(),
      },
      ({ journalled }) => {
        this.#legs.delete(callId);
        if (journalled) this.#ended.add(journalled);
      },
    );
    this.#legs.set(callId, leg);
    return leg;
  }
}
