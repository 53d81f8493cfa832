import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  lineStep,
  openLine,
  type LineFact,
  type LineMachine,
  type LineOrder,
  type LineStep,
} from '../../../src-main/telephony/line-machine.ts';

/** A network, an exchange and a clock that carry out the orders, and look whether they make sense. */
class World {
  machine: LineMachine;
  now = 1_000_000;
  socket: 'none' | 'opening' | 'open' = 'none';
  timerAt: number | null = null;
  phase = '';
  retryMs: number | null = null;
  lost = 0;
  back = 0;
  readonly connectedAt: number[] = [];
  readonly #chance: () => number;

  constructor(chance: () => number) {
    this.#chance = chance;
    const first = openLine(this.now);
    this.machine = first.machine;
    this.#obey(first);
  }

  hear(fact: LineFact): void {
    this.#obey(lineStep(this.machine, fact, this.now, this.#chance()));
  }

  /** Time passes until the timer, or for so long. */
  pass(ms: number): void {
    if (this.timerAt === null || this.timerAt > this.now + ms) this.now += ms;
    else {
      this.now = this.timerAt;
      this.timerAt = null;
      this.hear({ type: 'due' });
    }
  }

  #obey({ machine, orders }: LineStep): void {
    this.machine = machine;
    for (const order of orders) this.#carryOut(order);
    const { at } = machine;
    expect(this.socket).toBe(
      at === 'connecting'
        ? 'opening'
        : at === 'registering' || at === 'registered'
          ? 'open'
          : 'none',
    );
    // A timer runs where one is needed and nowhere else; a line that is lost is always tried again.
    expect(this.timerAt !== null).toBe(at === 'waiting');
    if (at === 'waiting') expect(this.retryMs).toBeGreaterThan(0);
    if (at === 'registered') expect(this.phase).toBe('registered');
    if (at !== 'registered' && at !== 'closed') expect(this.phase).not.toBe('registered');
    if (at === 'refused') expect(machine.everRegistered).toBe(false);
    expect(this.back - this.lost).toBe(at === 'registered' ? 1 : 0);
  }

  #carryOut(order: LineOrder): void {
    switch (order.order) {
      case 'connect':
        expect(this.socket).toBe('none');
        this.socket = 'opening';
        this.connectedAt.push(this.now);
        return;
      case 'register':
        expect(this.socket).toBe('opening');
        this.socket = 'open';
        return;
      case 'unregister':
        expect(this.socket).toBe('open');
        this.socket = 'none';
        // Closing is no loss that anybody must be told of.
        this.lost++;
        return;
      case 'drop':
        this.socket = 'none';
        return;
      case 'wait':
        expect(this.timerAt).toBeNull();
        this.timerAt = this.now + order.ms;
        return;
      case 'stop-waiting':
        this.timerAt = null;
        return;
      case 'probe':
        expect(this.socket).toBe('open');
        return;
      case 'tell':
        this.phase = order.phase;
        this.retryMs = order.retryMs;
        return;
      case 'lost':
        this.lost++;
        return;
      case 'back':
        this.back++;
    }
  }
}

const problem = fc.constantFrom(
  'unreachable',
  'timeout',
  'gone',
  'moved',
  'certificate',
  'rejected',
);
const facts: fc.Arbitrary<LineFact> = fc.oneof(
  fc.constant<LineFact>({ type: 'connected' }),
  fc.constant<LineFact>({ type: 'connected' }),
  fc.constant<LineFact>({ type: 'registered' }),
  fc.constant<LineFact>({ type: 'registered' }),
  problem.map((why) => ({ type: 'missed', problem: why, detail: '' }) as const),
  problem.map((why) => ({ type: 'gone', problem: why, detail: '' }) as const),
  fc
    .option(fc.integer({ min: -5000, max: 100_000_000 }), { nil: null })
    .map((afterMs) => ({ type: 'failed', problem: 'rejected', detail: '503', afterMs }) as const),
  fc
    .constantFrom('credentials' as const, 'rejected' as const)
    .map((why) => ({ type: 'refused', problem: why, detail: '404' }) as const),
  fc.constant<LineFact>({ type: 'due' }),
  fc.constant<LineFact>({ type: 'probe' }),
);
const happening = fc.oneof(
  { weight: 4, arbitrary: facts.map((fact) => ({ fact, ms: 0 })) },
  { weight: 2, arbitrary: fc.nat(120_000).map((ms) => ({ fact: null, ms })) },
  { weight: 1, arbitrary: fc.constant({ fact: { type: 'close' as const }, ms: 0 }) },
);

function live(world: World, steps: readonly { fact: LineFact | null; ms: number }[]): void {
  for (const { fact, ms } of steps) {
    // A timer of the machine is its own: nobody else says that it is due.
    if (fact?.type === 'due' && world.machine.at === 'waiting') world.pass(Infinity);
    else if (fact) world.hear(fact);
    else world.pass(ms);
  }
}

describe('whatever happens to a line', { timeout: 120_000 }, () => {
  const chances = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));

  test('there is one socket at most, one timer where it is needed, and an end when it is closed', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), chances, (steps, chance) => {
        const world = new World(() => chance.next().value as number);
        live(world, steps);
        world.hear({ type: 'close' });
        expect(world.machine.at).toBe('closed');
        expect(world.socket).toBe('none');
        expect(world.timerAt).toBeNull();
        const sockets = world.connectedAt.length;
        live(world, steps);
        expect(world.connectedAt).toHaveLength(sockets);
      }),
      { numRuns: 10_000 },
    );
  });

  test('it is registered again within seconds once the exchange is well, unless a person must act', () => {
    const unclosed = happening.filter(({ fact }) => fact?.type !== 'close');
    fc.assert(
      fc.property(fc.array(unclosed, { maxLength: 60 }), chances, (steps, chance) => {
        const world = new World(() => chance.next().value as number);
        live(world, steps);
        for (let tries = 0; tries < 5 && world.machine.at !== 'registered'; tries++) {
          if (world.machine.at === 'refused') return;
          if (world.machine.at === 'waiting') world.pass(Infinity);
          world.hear({ type: 'connected' });
          world.hear({ type: 'registered' });
        }
        expect(world.machine.at).toBe('registered');
      }),
      { numRuns: 10_000 },
    );
  });

  test('it never spins: an exchange that throws everybody out at once is tried ever more seldom', () => {
    fc.assert(
      fc.property(
        chances,
        fc.constantFrom('missed', 'gone', 'failed', 'refused'),
        (chance, how) => {
          const world = new World(() => chance.next().value as number);
          world.hear({ type: 'connected' });
          world.hear({ type: 'registered' });
          world.hear({ type: 'gone', problem: 'gone', detail: '' });
          const from = world.now;
          while (world.now - from < 60_000) {
            world.pass(Infinity);
            if (how === 'missed') {
              world.hear({ type: 'missed', problem: 'unreachable', detail: '' });
              continue;
            }
            world.hear({ type: 'connected' });
            if (how === 'gone') world.hear({ type: 'registered' });
            if (how === 'failed')
              world.hear({ type: 'failed', problem: 'rejected', detail: '', afterMs: null });
            else if (how === 'gone') world.hear({ type: 'gone', problem: 'gone', detail: '' });
            else world.hear({ type: 'refused', problem: 'rejected', detail: '' });
          }
          expect(world.connectedAt.length).toBeLessThan(75);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a host that swallows every packet, as one that boots', () => {
  const triedMs = { missed: 1250, failed: 2500 };
  /** RFC 6298 §2. */
  const secondSynMs = 1000;

  test.each(['missed', 'failed'] as const)(
    'is knocked at so often that it is found within 3 s, whichever way a try ends: %s',
    (how) => {
      fc.assert(
        fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (chance) => {
          const world = new World(() => chance.next().value as number);
          world.hear({ type: 'connected' });
          world.hear({ type: 'registered' });
          world.now += 60_000;
          world.hear({ type: 'gone', problem: 'timeout', detail: '' });
          const lostAt = world.now;
          const waits: number[] = [];
          while (world.now - lostAt < 240_000) {
            waits.push(world.retryMs ?? 0);
            world.pass(Infinity);
            if (how === 'failed') world.hear({ type: 'connected' });
            world.now += triedMs[how];
            const why = { problem: 'timeout', detail: '' } as const;
            if (how === 'missed') world.hear({ type: 'missed', ...why });
            else world.hear({ type: 'failed', ...why, afterMs: null });
          }
          // Nothing goes out between the second SYN of a try and the first of the next.
          expect(triedMs[how] - secondSynMs + Math.max(...waits)).toBeLessThan(2000);
          // … and yet not all desks at once.
          expect(Math.min(...waits)).toBeGreaterThanOrEqual(20);
        }),
        { numRuns: 200 },
      );
    },
  );
});

const draw = 0.5;
const run = (facts: readonly LineFact[], from = openLine(0)): LineStep =>
  facts.reduce((step, fact) => lineStep(step.machine, fact, 0, draw), from);
const up: readonly LineFact[] = [{ type: 'connected' }, { type: 'registered' }];
const waits = ({ orders }: LineStep): number | undefined =>
  orders.flatMap((order) => (order.order === 'wait' ? [order.ms] : []))[0];

test('a busy exchange is left alone for as long as it asks (RFC 3261 §20.33), drawn on top', () => {
  const step = run([
    ...up,
    { type: 'failed', problem: 'rejected', detail: '503', afterMs: 20_000 },
  ]);
  expect(waits(step)).toBe(20_500);
});

test('an exchange that is still booting is looked at again within 2 s, and not stormed', () => {
  const gone: LineFact = { type: 'gone', problem: 'gone', detail: '' };
  const booting: LineFact = { type: 'failed', problem: 'rejected', detail: '503', afterMs: 5000 };
  let step = run([...up, gone, { type: 'due' }, { type: 'connected' }, booting]);
  expect(waits(step)).toBe(1500);
  step = run([{ type: 'due' }, { type: 'connected' }, booting], step);
  expect(waits(step)).toBe(1500);
  expect(waits(lineStep(step.machine, { type: 'due' }, 0, draw))).toBeUndefined();
  // One that says so for longer than it takes to boot is busy.
  const late = run([{ type: 'due' }, { type: 'connected' }], step);
  expect(waits(lineStep(late.machine, booting, 61_000, draw))).toBe(5500);
});

test('who has moved knocks at once, however often that happens', () => {
  const moved: LineFact = { type: 'gone', problem: 'moved', detail: '' };
  let step = run([...up, moved]);
  for (let times = 0; times < 6; times++) step = run([{ type: 'due' }, ...up, moved], step);
  expect(waits(step)).toBe(135);
});

test('what asks for days is not believed', () => {
  const step = run([
    ...up,
    { type: 'failed', problem: 'rejected', detail: '503', afterMs: 864_000_000 },
  ]);
  expect(waits(step)).toBeLessThanOrEqual(601_000);
});

test('a secret that never worked waits for a person; one that did is tried again each minute', () => {
  const refused: LineFact = { type: 'refused', problem: 'credentials', detail: '403' };
  expect(run([{ type: 'connected' }, refused]).machine.at).toBe('refused');
  let step = run([...up, refused]);
  for (let times = 0; times < 12; times++)
    step = run([{ type: 'due' }, { type: 'connected' }, refused], step);
  expect(step.machine.at).toBe('waiting');
  expect(waits(step)).toBe(60_000);
});
