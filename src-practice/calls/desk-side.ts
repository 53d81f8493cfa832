/** One desk in a call: its leg, the audio to and from it, and who talks there. What happens is told to the call that has it. */
import type { Talker } from '../customers/talker.ts';
import { createPeer, sampleRate } from '../media/peer.ts';
import type { Peer } from '../media/peer.ts';
import { directionOf, withDirection } from '../media/sdp.ts';
import { digitEar } from '../media/tones.ts';
import type { Flow } from '../sip/flow.ts';
import { SessionRefused } from '../sip/leg.ts';
import type { Leg, LegEvents } from '../sip/leg.ts';
import type { HeaderField } from '../sip/message.ts';
import type { ServerTransaction } from '../sip/server-transaction.ts';
import { hangUpLeg, watchFlow } from './invite-line.ts';
import { identityOf, type Party } from './party.ts';
import type { Switchboard } from './switchboard.ts';

/** The call that has the desk. */
export interface SideOwner {
  /** The desk hung up, or its dialog broke. */
  ended(why: 'bye' | 'broken'): void;
  /** The audio, or the way to the desk, will not come back. */
  lost(): void;
  /** The desk's session says that it holds us, or no longer does (RFC 3264 §8.4). */
  held(held: boolean): void;
  digits(digits: string): void;
  /** Gives away whom this desk talks to; the call is over then, without a word to either. null: nobody is there yet. */
  give(): Party | null;
  /** The same desk goes on in another dialog (RFC 3891). */
  replaced(by: DeskSide): void;
}

/** Milliseconds; ours is the shorter one, for the desk has the Call-ID as often as we. */
const glarePause = 1_000;

const silence: Talker = { fill: () => {}, heard: () => {}, hold: () => {} };

export class DeskSide {
  readonly extension: string;
  /** Before the desk's own word that it goes: somebody transfers the party and keeps it. */
  departing: ((why: 'bye' | 'broken') => void) | null = null;
  leg: Leg | null = null;
  readonly #board: Switchboard;
  readonly #peer: Peer;
  readonly #engaged: Disposable;
  #owner: SideOwner;
  #talker: Talker = silence;
  #watch: ReturnType<typeof watchFlow> | null = null;
  #begun = false;
  #connected = false;
  #onHold = false;
  /** What the desk was last told of whoever is there. */
  #shownHeld = false;
  /** Settled when nothing is being told. */
  #telling: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(board: Switchboard, extension: string, owner: SideOwner) {
    this.extension = extension;
    this.#board = board;
    this.#owner = owner;
    this.#engaged = board.engage(extension);
    const ear = digitEar(sampleRate, (digit) => this.#owner.digits(digit));
    this.#peer = createPeer({
      fill: (block) => {
        if (this.#begun && this.#connected) this.#talker.fill(block);
        if (this.#onHold) block.fill(0);
      },
      heard: (block) => {
        if (!this.#begun || this.#onHold) return;
        this.#talker.heard(block);
        ear(block);
      },
      connection: (state) => {
        if (state === 'failed') this.#owner.lost();
        else this.#connected = true;
      },
    });
  }

  get onHold(): boolean {
    return this.#onHold;
  }

  /** What the desk offers, answers and says in its dialog. */
  get session(): LegEvents {
    return {
      offered: (sdp) => this.answer(sdp),
      wanted: () => this.#peer.offer(),
      answered: (sdp) => this.accept(sdp),
      digits: (digits) => this.#owner.digits(digits),
      ended: (why) => {
        const { departing } = this;
        this.departing = null;
        if (departing) departing(why);
        else this.#owner.ended(why);
      },
      referred: (transaction: ServerTransaction) => this.#board.refer(this, transaction),
    };
  }

  offer(): Promise<string> {
    return this.#peer.offer();
  }

  async accept(sdp: string): Promise<void> {
    await this.#peer.accept(sdp);
    this.#directed(sdp);
  }

  async answer(sdp: string): Promise<string> {
    const answer = await this.#peer.answer(sdp);
    this.#directed(sdp);
    return answer;
  }

  /** The leg stands. */
  established(leg: Leg): void {
    this.leg = leg;
    this.#board.sides.set(leg.dialog.key, this);
    this.#watch = watchFlow(this.#board, leg, this.extension, () => this.#owner.lost());
  }

  /** From now on that call has it, and that talker is heard. */
  belong(owner: SideOwner, talker: Talker): void {
    this.#owner = owner;
    this.departing = null;
    this.#talker = talker;
    this.#begun = true;
    // Whoever held is gone; the one who is there now does not.
    if (this.#shownHeld) this.showHeld(false);
    talker.hold(this.#onHold);
  }

  /** Nobody is there for a while; what the desk does is told to `owner`. */
  park(owner: SideOwner): void {
    this.#owner = owner;
    this.#talker = silence;
  }

  give(): Party | null {
    return this.#owner.give();
  }

  replacedBy(side: DeskSide): void {
    this.#owner.replaced(side);
  }

  /** The other side holds, or no longer does: the desk is told by a re-INVITE. */
  showHeld(held: boolean): void {
    this.#shownHeld = held;
    this.#tell('hold', async (leg) => {
      if (held !== this.#shownHeld) return;
      const sdp = withDirection(await this.#peer.offer(), held ? 'sendonly' : 'sendrecv');
      await this.#peer.accept(await leg.offer(sdp));
    });
  }

  /** RFC 5876 §3.1: who is there now, in an UPDATE, or in a re-INVITE where the desk knows no UPDATE. */
  introduce(party: Party): void {
    const { from, headers: told } = identityOf(this.#board, party);
    // Whoever withholds the number is told as somebody else too, or the desk goes on showing who was there before.
    const asserted = told.some(([name]) => name === 'P-Asserted-Identity');
    const headers: readonly HeaderField[] = asserted
      ? told
      : [['P-Asserted-Identity', from], ...told];
    this.#tell('identity', async (leg) => {
      if (leg.knowsUpdate) await leg.update(headers);
      else await this.#peer.accept(await leg.offer(await this.#peer.offer(), headers));
    });
  }

  /** One after the other; RFC 3261 §14.1: after a 491 once more, a little later. */
  #tell(what: string, tell: (leg: Leg) => Promise<void>): void {
    const { leg } = this;
    if (!leg) return;
    const attempt = async (again: boolean): Promise<void> => {
      if (this.#closed) return;
      try {
        await tell(leg);
      } catch (error) {
        const status = error instanceof SessionRefused ? error.status : 0;
        if (status === 491 && again) {
          await new Promise<void>((resolve) => this.#board.clock.after(glarePause, resolve));
          return attempt(false);
        }
        this.#board.log.info({ extension: this.extension, what, status }, 'not told');
      }
    };
    this.#telling = this.#telling.then(() => attempt(true));
  }

  /** BYE, and everything given back. */
  hangUp(reason?: string): void {
    if (this.leg) hangUpLeg(this.#board, this.leg, this.extension, reason);
    this.close();
  }

  /** Gives back all that it took; the leg is not told. Twice is fine. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const { departing } = this;
    this.departing = null;
    if (this.leg) this.#board.sides.delete(this.leg.dialog.key);
    this.#watch?.[Symbol.dispose]();
    this.#engaged[Symbol.dispose]();
    this.#peer.close();
    // Whom it was to give away has gone.
    departing?.('bye');
  }

  flowClosed(flow: Flow): void {
    if (this.leg?.dialog.flow === flow) this.#watch?.flowClosed();
  }

  #directed(sdp: string): void {
    const direction = directionOf(sdp);
    const now = direction === 'sendonly' || direction === 'inactive';
    if (now === this.#onHold) return;
    this.#onHold = now;
    this.#talker.hold(now);
    this.#owner.held(now);
  }
}
