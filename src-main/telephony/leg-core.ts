/** What all parts of a leg share: the dialog of the moment, the events told, the order of operations, and the end. */
import type { Invitation, Inviter, SessionState } from 'sip.js';
import type { CallEnd, CallParty } from '#shared/model/call.ts';
import type { LineAccount } from '#shared/model/line.ts';
import { LineError, type JournalledDialog, type LegEvent } from '../calls/line.ts';
import type { Clock } from '../host.ts';
import { Listeners } from '../listeners.ts';
import type { Log } from '../log.ts';
import type { VoiceLink } from '../voice/voice-link.ts';
import type { VoiceError } from '../voice/voice-error.ts';
import { ConnectedParty } from './connected-identity.ts';
import { LegDialog, type DialogEar } from './leg-dialog.ts';
import { negotiate } from './negotiation.ts';
import { OperationQueue } from './operation-queue.ts';
import type { RemoteMedia } from './remote-media.ts';

export interface LegDeps {
  readonly callId: string;
  readonly session: Invitation | Inviter;
  readonly voice: VoiceLink;
  readonly clock: Clock;
  readonly log: Log;
  readonly iceServers: LineAccount['iceServers'];
  /** Our own address of record, a SIP URI. */
  readonly ownUri: string;
  isLineUp(): boolean;
  /** This machine's addresses now, in any form that can be compared. */
  addresses(): string;
  /** Where sip.js finds the media of this session. */
  attach(session: Invitation | Inviter, media: RemoteMedia): void;
  /** An INVITE that is not sent yet; null where the URI is none. */
  invite(uri: string, headers: readonly string[]): Inviter | null;
  /** The URI of what the exchange is to dial. Errors: LineError. */
  uriOf(target: string): string;
  /** ISO 3166-1 alpha-2; in whose national form the exchange may write numbers. */
  readonly region: string;
}

/** What happens in a dialog; `dialog` tells which one, because the leg may go on in another. */
export interface CoreEar {
  stateChanged(dialog: LegDialog, state: SessionState): void;
  hungUp(dialog: LegDialog): void;
  cancelled(dialog: LegDialog, reasons: readonly string[]): void;
  notified(dialog: LegDialog, event: string, body: string): void;
  badAnswer(dialog: LegDialog, error: VoiceError): void;
}

export class LegCore {
  readonly deps: LegDeps;
  readonly queue = new OperationQueue();
  /** The socket is gone: what was asked over it is not answered any more. */
  readonly lost = new Listeners<void>();
  dialog: LegDialog;
  ended = false;
  held = false;
  /**
   * The exchange sends the party elsewhere. It looks after our media no more (Asterisk 22 leaves our checks without an answer),
   * and takes an offer for the end of the call.
   */
  givenAway = false;
  /** The dialog as it was told last. */
  journalled: JournalledDialog | null = null;
  /** Where the other end is asked for, whichever way we came into this dialog. */
  remoteUri: string | null = null;
  /** Addresses that the exchange was last told. */
  told: string;
  readonly #ear: DialogEar;
  #hear: ((event: LegEvent) => void) | null = null;
  #unheard: LegEvent[] = [];
  #muted = false;
  #silent = false;
  heldThere = false;
  readonly party: ConnectedParty;

  constructor(deps: LegDeps, ear: CoreEar) {
    this.deps = deps;
    this.told = deps.addresses();
    this.party = new ConnectedParty(deps.region);
    this.#ear = {
      ...ear,
      identified: (headers) => this.identify(this.party.inRequest(headers)),
      offerRefused: (statusCode) => this.tellRefusal(statusCode),
      heldThere: (dialog, there) => {
        if (dialog === this.dialog) this.setHeldThere(there);
      },
      wish: () => ({ hold: this.held, iceRestart: false }),
    };
    deps.voice.openPeer(deps.callId, deps.iceServers);
    this.dialog = this.makeDialog(deps.session);
  }

  makeDialog(session: Invitation | Inviter): LegDialog {
    const { callId, voice, clock } = this.deps;
    const dialog = new LegDialog({ callId, session, voice, clock, ear: this.#ear });
    this.deps.attach(session, dialog.media);
    return dialog;
  }

  listen(hear: (event: LegEvent) => void): void {
    this.#hear = hear;
    const unheard = this.#unheard;
    this.#unheard = [];
    for (const event of unheard) hear(event);
  }

  emit(event: LegEvent): void {
    if (this.ended) return;
    if (this.#hear) this.#hear(event);
    else this.#unheard.push(event);
  }

  end(end: CallEnd, detail: string): void {
    if (this.ended) return;
    this.emit({ type: 'ended', end, detail });
    this.ended = true;
    this.deps.voice.closePeer(this.deps.callId);
  }

  /** What they offered could not be used. */
  tellRefusal(statusCode: number): void {
    this.deps.log.warn({ callId: this.deps.callId, statusCode }, 'their offer refused');
  }

  takeLeave(): Promise<void> {
    return this.dialog.takeLeave(this.deps.isLineUp());
  }

  /** Errors: LineError. */
  mustBeUp(): void {
    if (this.ended || !this.dialog.isUp)
      throw new LineError('WRONG_STATE', `the call is ${this.dialog.state}`);
    if (!this.deps.isLineUp()) throw new LineError('LINE_DOWN', 'the line is lost');
  }

  /** Agrees with the exchange on an offer of ours. Errors: LineError. */
  async negotiate(hold: boolean, iceRestart: boolean): Promise<void> {
    const { clock } = this.deps;
    const told = this.deps.addresses();
    const agreement = await negotiate(
      this.dialog,
      { hold, iceRestart },
      { clock, mustBeUp: () => this.mustBeUp() },
    );
    if (agreement.type === 'gone') {
      this.end('failed', agreement.detail);
      await this.takeLeave();
      throw new LineError('REFUSED', agreement.detail);
    }
    this.told = told;
    this.setHeld(hold);
    this.identify(this.party.inResponse(agreement.headers));
  }

  /** Whether nothing of ours may be heard, whatever the operator wishes; kept out of the desk's sight. */
  silence(silent: boolean): void {
    this.#silent = silent;
    this.mute(this.#muted);
  }

  /** Queues what nobody waits for. */
  later(what: string, operation: () => Promise<void>): void {
    this.queue.run(operation).catch((error: unknown) => {
      const code = error instanceof LineError ? error.code : 'unknown';
      this.deps.log.warn({ callId: this.deps.callId, code }, what);
    });
  }

  /** Another peer for this call, that knows nothing of the last one's descriptions. */
  renewPeer(): void {
    const { voice, callId, iceServers } = this.deps;
    voice.closePeer(callId);
    voice.openPeer(callId, iceServers);
    this.mute(this.#muted);
  }

  mute(muted: boolean): void {
    this.#muted = muted;
    this.deps.voice.mute(this.deps.callId, muted || this.#silent);
  }

  setHeld(held: boolean): void {
    if (this.held === held) return;
    this.held = held;
    this.emit({ type: 'held', here: held });
  }

  setHeldThere(there: boolean): void {
    if (this.heldThere === there) return;
    this.heldThere = there;
    this.emit({ type: 'held-there', there });
  }

  /** Somebody else is at the other end now; null: nobody else. */
  identify(party: CallParty | null): void {
    if (party) this.emit({ type: 'party', party });
  }

  /** Tells the dialog where it is another one than told before. */
  journal(): void {
    const dialog = this.dialog.journalled();
    if (!dialog || this.journalled?.localTag === dialog.localTag) return;
    this.remoteUri ??= dialog.remoteUri;
    this.journalled = { ...dialog, remoteUri: this.remoteUri };
    this.emit({ type: 'dialog', dialog: this.journalled });
  }
}
