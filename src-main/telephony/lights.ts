/** What the exchange tells of this line's mailbox and of the colleagues' lines, and how sure it is. */
import { UserAgent, type URI } from 'sip.js';
import type { LineAccount, LineLights } from '#shared/model/line.ts';
import type { Clock } from '../host.ts';
import type { Log } from '../log.ts';
import { readDialogInfo, WatchedLine } from './dialog-events.ts';
import { readMessageSummary } from './mwi.ts';
import { Subscription } from './subscription.ts';

export interface LightsDeps {
  readonly ua: UserAgent;
  readonly account: LineAccount;
  readonly clock: Clock;
  readonly log: Log;
  changed(lights: LineLights): void;
}

type Colleague = LineLights['colleagues'][number];

/** So many are asked for at once: 500 desks that watch 100 lines each do not ask for all of them in one breath. */
const atOnce = 4;
/** One that is not answered does not hold the others up. */
const slowMs = 2000;

export class Lights implements Disposable {
  readonly #deps: LightsDeps;
  readonly #colleagues: Map<string, Colleague>;
  #mailbox: LineLights['mailbox'] = null;
  #isMailboxHeard = false;
  #subscriptions: Subscription[] = [];
  #waiting: (() => void)[] = [];
  #asking = 0;
  #round: Disposable[] = [];

  constructor(deps: LightsDeps) {
    this.#deps = deps;
    this.#colleagues = new Map(
      deps.account.watches.map((extension) => [
        extension,
        { extension, state: 'unknown', stale: true },
      ]),
    );
  }

  get seen(): LineLights {
    return { mailbox: this.#mailbox, colleagues: [...this.#colleagues.values()] };
  }

  /** Registered: everything is subscribed to, the first time and again on a new connection. */
  back(): void {
    this.#drop();
    this.#waiting = [
      (): void => this.#begin(this.#mailboxSubscription()),
      ...[...this.#colleagues.keys()].map(
        (extension) => (): void => this.#begin(this.#colleagueSubscription(extension)),
      ),
    ];
    for (let free = 0; free < atOnce; free++) this.#next();
  }

  /** The line is lost: what was heard last may not be so any more. */
  lost(): void {
    this.#drop();
    for (const extension of this.#colleagues.keys()) this.#set(extension, { stale: true });
    this.#mailbox = null;
    this.#isMailboxHeard = false;
    this.#tell();
  }

  /** Ends everything at the exchange, too. */
  close(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.#drop();
  }

  /** A NOTIFY that no SUBSCRIBE asked for. @returns whether it was one of a mailbox, as exchanges send them (RFC 3842). */
  unasked(event: string, body: string): boolean {
    if (event.split(';')[0]?.trim().toLowerCase() !== 'message-summary') return false;
    this.#hearMailbox(body);
    return true;
  }

  #drop(): void {
    this.#waiting = [];
    this.#asking = 0;
    for (const timer of this.#round) timer[Symbol.dispose]();
    this.#round = [];
    for (const subscription of this.#subscriptions) subscription[Symbol.dispose]();
    this.#subscriptions = [];
  }

  #next(): void {
    if (this.#asking >= atOnce) return;
    const begin = this.#waiting.shift();
    if (!begin) return;
    this.#asking++;
    begin();
  }

  #begin(make: (settled: () => void) => Subscription | null): void {
    let done = false;
    const settled = (): void => {
      if (done) return;
      done = true;
      slow[Symbol.dispose]();
      this.#asking--;
      this.#next();
    };
    const slow = this.#deps.clock.after(slowMs, settled);
    this.#round.push(slow);
    const subscription = make(settled);
    if (!subscription) return settled();
    this.#subscriptions.push(subscription);
    subscription.start();
  }

  #mailboxSubscription(): (settled: () => void) => Subscription | null {
    const { ua, clock } = this.#deps;
    return (settled) =>
      new Subscription({
        ua,
        clock,
        target: ua.userAgentCore.configuration.aor,
        event: 'message-summary',
        accept: 'application/simple-message-summary',
        begun: () => undefined,
        notified: (body) => {
          if (body !== '') this.#hearMailbox(body);
          return false;
        },
        heard: (fresh) => {
          const wasHeard = this.#isMailboxHeard;
          this.#isMailboxHeard = fresh;
          // What came unasked does not end with a subscription that never was.
          if (fresh || !wasHeard || this.#mailbox === null) return;
          this.#mailbox = null;
          this.#tell();
        },
        settled,
      });
  }

  #colleagueSubscription(extension: string): (settled: () => void) => Subscription | null {
    const { ua, clock, log } = this.#deps;
    const target = this.#uriOf(extension);
    const line = new WatchedLine();
    if (!target) return () => null;
    return (settled) =>
      new Subscription({
        ua,
        clock,
        target,
        event: 'dialog',
        accept: 'application/dialog-info+xml',
        begun: () => line.restart(),
        notified: (body) => {
          // RFC 6665 §4.2.1.2: nothing can be said of that line, as of a colleague whose desk is not there.
          if (body.trim() === '') {
            if (this.#set(extension, { state: 'unknown' })) this.#tell();
            return false;
          }
          const info = readDialogInfo(body);
          if (!info) {
            log.warn({ length: body.length }, 'dialog information dropped');
            return false;
          }
          const missed = line.take(info);
          this.#set(extension, { state: line.use });
          this.#tell();
          return missed;
        },
        heard: (fresh) => {
          if (this.#set(extension, { stale: !fresh })) this.#tell();
        },
        settled,
      });
  }

  #uriOf(extension: string): URI | undefined {
    const user = encodeURIComponent(extension).replaceAll('%2B', '+');
    return UserAgent.makeURI(`sip:${user}@${this.#deps.account.domain}`);
  }

  #hearMailbox(body: string): void {
    const mailbox = readMessageSummary(body);
    if (!mailbox) {
      this.#deps.log.warn({ length: body.length }, 'mailbox dropped');
      return;
    }
    this.#mailbox = mailbox;
    this.#tell();
  }

  /** @returns whether anything changed. */
  #set(extension: string, change: Partial<Colleague>): boolean {
    const before = this.#colleagues.get(extension);
    if (!before) return false;
    const after = { ...before, ...change };
    this.#colleagues.set(extension, after);
    return after.state !== before.state || after.stale !== before.stale;
  }

  #tell(): void {
    this.#deps.changed(this.seen);
  }
}
