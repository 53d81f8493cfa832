import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyDraft } from '#shared/model/draft.ts';
import type { CallPhase } from '#shared/model/call.ts';
import { marija } from '../../support/memory-cards.ts';
import { RandomDesk } from '../../support/random-desk.ts';

/** What a person, the exchange, the voice page and the machine can do; numbers choose among what is there. */
type Act = readonly [name: keyof typeof acts, which: number];

const quietly = (command: Promise<unknown>): void => void command.catch(() => undefined);
function tried(run: () => void): void {
  try {
    run();
  } catch {
    // Refused: the desk must be as it was, which the rules tell.
  }
}
/** One of the calls in such a phase, now and then any other: what cannot be done is tried too. */
const one = (desk: RandomDesk, which: number, ...phases: readonly CallPhase[]): string => {
  const all = desk.calls.snapshots().map(({ call }) => call);
  const fit = all.filter(({ phase }) => phases.includes(phase));
  const some = fit.length > 0 && which < 10 ? fit : all;
  return some[which % Math.max(1, some.length)]?.callId ?? crypto.randomUUID();
};
const leg = (desk: RandomDesk, which: number) => {
  const { reachable } = desk;
  return reachable[which % Math.max(1, reachable.length)];
};
const ring = (desk: RandomDesk, facts: Parameters<RandomDesk['line']['ring']>[0]): void => {
  if (desk.line.exchange.reachable) desk.line.ring(facts);
};

const acts = {
  ring: (desk: RandomDesk) => ring(desk, { queue: 'internet' }),
  ringDirect: (desk: RandomDesk) => ring(desk, {}),
  ringAuto: (desk: RandomDesk, which: number) =>
    ring(desk, { queue: 'taxi', autoAnswerAfter: which % 2 ? 2 : null }),
  dial: (desk: RandomDesk) => quietly(desk.calls.dial('202', 'internet', null)),
  redial: (desk: RandomDesk) => quietly(desk.calls.redial()),
  callBack: (desk: RandomDesk, which: number) =>
    quietly(desk.calls.callBack(one(desk, which, 'ended'))),
  answer: (desk: RandomDesk, which: number) =>
    quietly(desk.calls.answer(one(desk, which, 'ringing'))),
  reject: (desk: RandomDesk, which: number) =>
    quietly(desk.calls.reject(one(desk, which, 'ringing'), 'busy')),
  hangUp: (desk: RandomDesk, which: number) => quietly(desk.calls.hangUp(one(desk, which))),
  hold: (desk: RandomDesk, which: number) =>
    quietly(desk.calls.hold(one(desk, which, 'talking'), true)),
  resume: (desk: RandomDesk, which: number) =>
    quietly(desk.calls.hold(one(desk, which, 'held'), false)),
  swap: (desk: RandomDesk, which: number) => quietly(desk.calls.swap(one(desk, which, 'held'))),
  mute: (desk: RandomDesk, which: number) =>
    tried(() => desk.calls.mute(one(desk, which, 'talking', 'held'), which % 3 > 0)),
  transfer: (desk: RandomDesk, which: number) =>
    quietly(desk.calls.transfer(one(desk, which, 'talking', 'held'), '203')),
  consult: (desk: RandomDesk, which: number) =>
    quietly(desk.calls.consult(one(desk, which, 'talking'), '203')),
  complete: (desk: RandomDesk, which: number) =>
    quietly(desk.calls.completeTransfer(one(desk, which, 'talking', 'held'))),
  conference: (desk: RandomDesk, which: number) => {
    const up = desk.calls
      .snapshots()
      .filter(({ call }) => call.phase === 'talking' || call.phase === 'held')
      .map(({ call }) => call.callId);
    quietly(desk.calls.conference(which % 3 ? up : up.slice(0, 2)));
  },
  split: (desk: RandomDesk, which: number) =>
    quietly(desk.calls.split(one(desk, which, 'talking'))),
  write: (desk: RandomDesk, which: number) =>
    tried(() => desk.calls.saveDraft(one(desk, which), { ...emptyDraft, note: 'something' })),
  choose: (desk: RandomDesk, which: number) =>
    tried(() => desk.calls.chooseCustomer(one(desk, which), which % 2 ? marija.customerId : null)),
  finish: (desk: RandomDesk, which: number) =>
    tried(() => desk.calls.finish(one(desk, which, 'ended'), null, null, '')),
  ready: (desk: RandomDesk) => tried(() => desk.calls.ready()),
  notReady: (desk: RandomDesk) => tried(() => desk.calls.notReady('lunch')),
  signOut: (desk: RandomDesk) => desk.signOut(),
  signIn: (desk: RandomDesk) => desk.signIn(),
  granted: (desk: RandomDesk, which: number) => desk.line.exchange.settle(which, 'granted'),
  refused: (desk: RandomDesk, which: number) => desk.line.exchange.settle(which, 'refused'),
  cutOff: (desk: RandomDesk, which: number) => desk.line.exchange.settle(which, 'line-down'),
  alerting: (desk: RandomDesk, which: number) => leg(desk, which)?.tell({ type: 'alerting' }),
  answered: (desk: RandomDesk, which: number) => {
    const away = desk.calls
      .snapshots()
      .filter(({ call }) => ['dialling', 'alerting', 'returning'].includes(call.phase));
    const callId = away[which % Math.max(1, away.length)]?.call.callId;
    const called = desk.reachable.findLast((made) => made.callId === callId);
    (called ?? leg(desk, which))?.tell({ type: 'answered' });
  },
  dialog: (desk: RandomDesk, which: number) => leg(desk, which)?.journal(),
  party: (desk: RandomDesk, which: number) =>
    leg(desk, which)?.becomeParty({ number: null, written: '204' }),
  heldThere: (desk: RandomDesk, which: number) =>
    leg(desk, which)?.tell({ type: 'held-there', there: which % 2 > 0 }),
  audio: (desk: RandomDesk, which: number) =>
    leg(desk, which)?.tell({ type: 'audio', state: which % 2 ? 'lost' : 'flowing' }),
  goneThere: (desk: RandomDesk, which: number) =>
    leg(desk, which)?.end(which % 2 ? 'hung-up-there' : 'failed'),
  transferNews: (desk: RandomDesk, which: number) => {
    const sent = desk.reachable.find(({ referred }) => referred);
    sent?.reportTransfer((['ringing', 'done', 'failed', 'done'] as const)[which % 4] ?? 'failed');
  },
  lineCut: (desk: RandomDesk) => desk.line.become('lost'),
  lineBack: (desk: RandomDesk) => desk.line.become('registered'),
  pageDies: (desk: RandomDesk) => desk.pageDies(),
  pageArrives: (desk: RandomDesk) => desk.pageArrives(),
  devicePulled: (desk: RandomDesk) => desk.microphone(false),
  devicePlugged: (desk: RandomDesk) => desk.microphone(true),
  pageHangs: (desk: RandomDesk) => desk.pageHangs(),
  timePasses: (desk: RandomDesk, which: number) =>
    desk.pass([300, 1000, 11_000, 70_000][which % 4] ?? 300),
  killed: (desk: RandomDesk) => desk.kill(),
};

/** What leads into deep states comes more often than what ends them. */
const weights: Readonly<Partial<Record<keyof typeof acts, number>>> = {
  granted: 40,
  answered: 16,
  answer: 14,
  ring: 8,
  ringAuto: 7,
  dial: 6,
  dialog: 10,
  consult: 8,
  conference: 8,
  transfer: 6,
  complete: 8,
  transferNews: 16,
  swap: 6,
  resume: 5,
  killed: 4,
  finish: 4,
  hangUp: 3,
  goneThere: 4,
  ready: 6,
  lineBack: 4,
  pageArrives: 4,
  devicePlugged: 3,
  signIn: 4,
  timePasses: 8,
};
const act: fc.Arbitrary<Act> = fc.tuple(
  fc.oneof(
    ...(Object.keys(acts) as (keyof typeof acts)[]).map((name) => ({
      arbitrary: fc.constant(name),
      weight: weights[name] ?? 2,
    })),
  ),
  fc.integer({ min: 0, max: 11 }),
);

/** The first rule that the history breaks, with the step at which it does. */
async function lived(history: readonly Act[]): Promise<string | null> {
  const desk = new RandomDesk();
  try {
    for (const [at, [name, which]] of history.entries()) {
      await acts[name](desk, which);
      await desk.settle();
      const fault = desk.fault();
      if (fault) return `step ${at} (${name}): ${fault}`;
    }
    await desk.end();
    return desk.remains();
  } finally {
    desk.calls[Symbol.dispose]();
    desk.voice[Symbol.dispose]();
  }
}

function at0(...names: readonly Act[0][]): readonly Act[] {
  return names.map((name) => [name, 0]);
}

/** Histories that once broke a rule. */
const kept: readonly (readonly Act[])[] = [
  // A call that is made for somebody who signs out meanwhile.
  at0(
    ...(['dial', 'granted', 'answered', 'consult', 'signOut', 'signIn'] as const),
    ...(['granted', 'ringAuto', 'answer'] as const),
  ),
  // A conference of one call.
  at0('ringAuto', 'answered', 'conference', 'granted'),
  // Asking a colleague out of a conference.
  at0(
    ...(['ringAuto', 'answer', 'ringAuto', 'answer', 'granted', 'granted'] as const),
    ...(['conference', 'granted', 'consult'] as const),
  ),
  // An answer that was told before it failed.
  at0('ring', 'answer', 'answered', 'cutOff'),
  // A call answered, in vain, while a conference was being made.
  [
    ...at0('ring', 'answer', 'ring', 'granted', 'answer', 'granted', 'conference', 'ringDirect'),
    ...at0('conference', 'granted', 'granted', 'answer'),
    ['cutOff', 3],
    ['granted', 0],
  ],
  // Two calls answered at once, both in vain, beside one that is talked to.
  at0(
    ...(['ringAuto', 'answer', 'granted', 'ringAuto', 'answer', 'ring'] as const),
    ...(['answer', 'cutOff', 'refused'] as const),
  ),
  // A page that hangs while a call is about to answer itself.
  [['ringAuto', 1], ...at0('pageHangs'), ['timePasses', 2]],
  // A swap while the line is lost, which neither of the two can be told of.
  at0(
    ...(['ring', 'answer', 'granted', 'ring', 'answer', 'granted', 'granted'] as const),
    ...(['lineCut', 'swap'] as const),
  ),
  // A call that is sent on out of a conference that does not come about.
  at0(
    ...(['ringDirect', 'dial', 'granted', 'answered', 'answer', 'granted', 'granted'] as const),
    ...(['conference', 'transfer', 'lineCut'] as const),
  ),
  // One of a conference put on hold while a call is being answered.
  [
    ...at0('dial', 'granted', 'answered', 'consult', 'ring', 'granted', 'granted', 'answer'),
    ...at0('ringAuto', 'granted', 'answered'),
    ['conference', 1],
    ...at0('granted', 'granted', 'granted', 'answer', 'hold'),
  ],
  // A conference wished twice, with a call that was never told to wait.
  [
    ...at0('dial', 'granted', 'ring', 'answered', 'answer'),
    ['answered', 3],
    ...at0('conference', 'conference', 'lineCut'),
  ],
  // A call that is sent on while it is being resumed.
  at0(
    ...(['dial', 'granted', 'answered', 'consult', 'granted', 'swap', 'granted'] as const),
    ...(['complete', 'granted', 'granted', 'granted'] as const),
  ),
];

test('histories that once broke a rule do so no more', async () => {
  for (const history of kept) expect(await lived(history)).toBeNull();
});

test('no history of 10,000 leaves a ghost call, an illegal state, a peer or a timer', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 60, size: 'max' }), async (history) => {
      expect(await lived(history)).toBeNull();
    }),
    { numRuns: Number(process.env['RUNS'] ?? 10_000) },
  );
}, 900_000);
