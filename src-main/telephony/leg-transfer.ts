/** Transfers of one leg: hold, REFER, what is reported of it, and the party back with us where it fails. */
import { LineError } from '../calls/line.ts';
import type { LegCore } from './leg-core.ts';
import type { LegSurvival } from './leg-survival.ts';
import { referToReplacing, Transfer } from './transfer.ts';

export class LegTransfer {
  readonly #core: LegCore;
  readonly #survival: Pick<LegSurvival, 'needsPath' | 'renegotiate'>;
  #transfer: Transfer | null = null;
  /** Another leg's transfer joins our party with its own: a BYE here is the end of that. */
  #joining = false;

  constructor(core: LegCore, survival: Pick<LegSurvival, 'needsPath' | 'renegotiate'>) {
    this.#core = core;
    this.#survival = survival;
  }

  /** RFC 5589 §6.1: the party is put on hold first, and is taken back where the transfer fails. Errors: LineError. */
  async blind(target: string): Promise<void> {
    const core = this.#core;
    this.#mustBeFree();
    const referTo = `<${core.deps.uriOf(target)}>`;
    const resumes = !core.held;
    if (resumes)
      await core.negotiate(true, false).catch((error: unknown) => {
        // A party that cannot be held can be transferred all the same.
        if (core.ended) throw error;
      });
    const resume = (): void => {
      if (!resumes || !core.held) return this.#mend();
      // The offer that is made when the line is back takes the party back.
      if (!core.deps.isLineUp()) core.setHeld(false);
      else
        core.later('not resumed', async () => {
          if (!core.ended) await core.negotiate(false, this.#survival.needsPath);
        });
    };
    await this.#refer(referTo, resume, () => undefined);
  }

  /** RFC 5589 §7: our party is joined with the other's. Errors: LineError. */
  async attended(other: LegTransfer): Promise<void> {
    this.#mustBeFree();
    other.#mustBeFree();
    const dialog = other.#core.journalled;
    if (!dialog || other === this) throw new LineError('WRONG_STATE', 'no other call');
    other.#joining = true;
    await this.#refer(
      referToReplacing(dialog),
      () => {
        other.#joining = false;
        this.#mend();
      },
      () => {
        if (other.#core.ended) return;
        other.#core.end('transferred', 'joined');
        void other.#core.takeLeave();
      },
    );
  }

  notified(event: string, body: string): void {
    if (/^refer\b/i.test(event)) this.#transfer?.notified(body);
  }

  /** How a BYE from there ends this leg. */
  get endOfBye(): 'transferred' | 'hung-up-there' {
    return this.#joining || this.#transfer?.isLeftToThem === true ? 'transferred' : 'hung-up-there';
  }

  [Symbol.dispose](): void {
    this.#transfer?.[Symbol.dispose]();
  }

  #mustBeFree(): void {
    this.#core.mustBeUp();
    if (this.#joining || this.#transfer)
      throw new LineError('WRONG_STATE', 'a transfer is under way');
  }

  /** What nobody looked after while the party was on the way. */
  #mend(): void {
    if (this.#core.deps.isLineUp() && this.#survival.needsPath) this.#survival.renegotiate(true);
  }

  async #refer(referTo: string, failed: () => void, done: () => void): Promise<void> {
    const core = this.#core;
    const transfer = new Transfer({
      dialog: core.dialog,
      clock: core.deps.clock,
      lost: core.lost,
      tell: (news) => {
        const { state, detail } = news;
        core.emit({ type: 'transfer', ...news });
        core.givenAway = state === 'asked' || state === 'ringing';
        if (state === 'failed') {
          this.#transfer = null;
          failed();
        }
        if (state === 'done') {
          done();
          core.end('transferred', detail);
          // RFC 5589 §6.1: the transferor hangs up once the transfer has come about.
          void core.takeLeave();
        }
      },
    });
    this.#transfer = transfer;
    try {
      await transfer.ask(referTo, `<${core.deps.ownUri}>`);
    } catch (error) {
      this.#transfer = null;
      failed();
      throw error;
    }
  }
}
