/** The practice line as a slow and faulty exchange: what is asked of it settles when the test says so, and how. */
import type { LineState } from '#shared/model/line.ts';
import { LineError, type JournalledDialog, type Leg } from '../../src-main/calls/line.ts';
import type { VoiceLink } from '../../src-main/voice/voice-link.ts';
import { PracticeLeg, PracticeLine } from './practice-line.ts';

export type Outcome = 'granted' | 'refused' | 'line-down';

interface Asked {
  readonly settle: (outcome: Outcome) => void;
}

/** Everything that waits for the exchange, oldest first. */
export class Exchange {
  readonly waiting: Asked[] = [];
  reachable = true;

  ask(what: string): Promise<void> {
    if (!this.reachable) return Promise.reject(new LineError('LINE_DOWN', what));
    return new Promise((resolve, reject) => {
      this.waiting.push({
        settle: (outcome) => {
          if (outcome === 'granted') resolve();
          else if (outcome === 'refused') reject(new LineError('REFUSED', `491 ${what}`));
          else reject(new LineError('LINE_DOWN', what));
        },
      });
    });
  }

  /** One of those that wait; nothing where none does. */
  settle(which: number, outcome: Outcome): void {
    const [asked] = this.waiting.splice(which % Math.max(1, this.waiting.length), 1);
    asked?.settle(outcome);
  }
}

/** Operations queue up, as a dialog's do. */
export class SlowLeg extends PracticeLeg {
  readonly #exchange: Exchange;
  readonly #voice: VoiceLink;
  #queue: Promise<unknown> = Promise.resolve();
  muted = false;
  /** The exchange reports on a REFER only where it has one. */
  referred = false;
  /** It rings here. */
  incoming = false;
  #up = false;

  constructor(exchange: Exchange, voice: VoiceLink, callId?: string) {
    super(callId);
    this.#exchange = exchange;
    this.#voice = voice;
    voice.openPeer(this.callId, []);
  }

  override tell(event: Parameters<PracticeLeg['tell']>[0]): void {
    if (event.type === 'ended') this.#voice.closePeer(this.callId);
    if (event.type === 'answered') this.#up = true;
    super.tell(event);
    if (event.type === 'answered') this.journal();
  }

  /** As a real leg: what nobody has answered yet is gone with the line, what is up goes on. */
  lineLost(): void {
    if (!this.#up) this.end(this.incoming ? 'missed' : 'failed');
  }

  override answer(): Promise<void> {
    return this.#after('answer', () => super.answer());
  }

  override hold(held: boolean): Promise<void> {
    return this.#after(held ? 'hold' : 'resume', () => super.hold(held));
  }

  override transfer(target: string): Promise<void> {
    return this.#after('transfer', async () => {
      await super.transfer(target);
      this.referred = true;
    });
  }

  override transferTo(other: Leg): Promise<void> {
    return this.#after('transfer', async () => {
      await super.transferTo(other);
      this.referred = true;
    });
  }

  override mute(muted: boolean): void {
    this.muted = muted;
    this.#voice.mute(this.callId, muted);
  }

  #after(what: string, run: () => Promise<void>): Promise<void> {
    const mine = this.#queue.then(async () => {
      if (this.ended) throw new LineError('WRONG_STATE', 'the call has ended');
      await this.#exchange.ask(what);
      await run();
    });
    this.#queue = mine.catch(() => undefined);
    return mine;
  }
}

export class SlowLine extends PracticeLine {
  readonly exchange = new Exchange();
  readonly #voice: VoiceLink;

  constructor(voice: VoiceLink) {
    super();
    this.#voice = voice;
  }

  override become(phase: LineState['phase']): void {
    this.exchange.reachable = phase === 'registered';
    super.become(phase);
    if (this.exchange.reachable) return;
    while (this.exchange.waiting.length > 0) this.exchange.settle(0, 'line-down');
    for (const leg of this.legs) if (leg instanceof SlowLeg) leg.lineLost();
  }

  override ring(facts: Parameters<PracticeLine['ring']>[0] = {}): PracticeLeg {
    const leg = super.ring(facts);
    if (leg instanceof SlowLeg) leg.incoming = true;
    return leg;
  }

  protected override leg(callId?: string): SlowLeg {
    return new SlowLeg(this.exchange, this.#voice, callId);
  }

  override async dial(target: string): Promise<Leg> {
    await this.exchange.ask('dial');
    return await super.dial(target);
  }

  override async recover(callId: string, dialog: JournalledDialog): Promise<Leg> {
    await this.exchange.ask('recover');
    return await super.recover(callId, dialog);
  }
}
