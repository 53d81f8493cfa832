/** Moments of an operator's day, each set up on a fake desk. */
import type { DeskStore } from '../../../src-renderer/desk/state/desk-store.ts';
import { bojan, emptyCard, marijasCard, ringing, signedOut, taxi } from '../fake-desk-data.ts';
import type { FakeDesk } from '../fake-desk.ts';

const first = '0192f0ac-0000-7000-8000-000000000001';
const second = '0192f0ac-0000-7000-8000-000000000002';

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

function talking(fake: FakeDesk): void {
  fake.setOperator({ phase: 'busy', reason: null, then: 'ready', since: ago(134) });
  fake.setCall(
    ringing(first, {
      phase: 'talking',
      audio: 'flowing',
      startedAt: ago(140),
      answeredAt: ago(134),
    }),
    marijasCard(),
  );
  fake.level(first, 0.12, 0.3);
  setInterval(() => fake.level(first, 0.12, 0.3), 200);
}

const scenes: Readonly<Record<string, (fake: FakeDesk, store: DeskStore) => void>> = {
  setup: (fake) => fake.setSession({ ...signedOut, phase: 'setup', server: null }),
  'sign-in': (fake) => fake.setSession(signedOut),
  idle: () => undefined,
  ready: (fake) => fake.setOperator({ phase: 'ready', reason: null, since: ago(252) }),
  ringing: (fake) => {
    fake.setOperator({ phase: 'busy', reason: null, then: 'ready' });
    fake.setCall(ringing(first), marijasCard());
  },
  withheld: (fake) =>
    fake.setCall(
      ringing(first, {
        party: { number: null, written: null, displayName: null, withheld: true },
        queue: 'taxi',
        waitedSeconds: null,
      }),
      { ...emptyCard(), project: taxi },
    ),
  talking,
  muted: (fake) => {
    talking(fake);
    fake.changeCall(first, { muted: true });
  },
  second: (fake) => {
    talking(fake);
    fake.setCall(ringing(second, { party: { ...ringing(second).party, number: '+38640765432' } }), {
      ...emptyCard(),
      match: 'one',
      customer: bojan,
      project: taxi,
    });
  },
  'wrap-up': (fake) => {
    talking(fake);
    fake.hangUpThere(first);
  },
  broken: (fake) => {
    talking(fake);
    fake.setLine({ phase: 'lost', problem: 'unreachable', retryAt: ago(-4) });
    fake.setSync({ server: 'down', waiting: 2, refused: 1 });
    fake.setAudio({ microphone: 'none' });
  },
  customers: (_fake, store) => store.setState({ screen: 'customers' }),
  settings: (_fake, store) => store.setState({ screen: 'settings' }),
  sync: (fake, store) => {
    fake.parked.push({
      mutationId: '0192f0ad-0000-7000-8000-000000000001',
      name: 'customer.edit',
      madeAt: ago(600),
      attempts: 2,
      refusal: {
        code: 'conflict',
        details: { name: { mine: 'Marija Žagar', theirs: 'Marija Žagar Kos' } },
      },
      args: { customerId: bojan.customerId, baseVersion: 4, changes: { name: 'Marija Žagar' } },
    });
    fake.setSync({ waiting: 3, refused: 1 });
    store.setState({ screen: 'sync' });
  },
  debug: (fake, store) => {
    const lines = [
      ['sent', 'REGISTER sip:pbx.example SIP/2.0'],
      ['received', 'SIP/2.0 401 Unauthorized'],
      ['sent', 'REGISTER sip:pbx.example SIP/2.0'],
      ['received', 'SIP/2.0 200 OK'],
      ['received', 'INVITE sip:201@desk.invalid SIP/2.0'],
      ['sent', 'SIP/2.0 180 Ringing'],
    ] as const;
    for (const [index, [direction, line]] of lines.entries())
      fake.sip({
        at: ago(60 - index),
        direction,
        line,
        callId: 'abc',
        text: `${line}\r\nVia: SIP/2.0/WS x\r\n`,
      });
    store.setState({ screen: 'debug' });
  },
};

/** Sets the scene up before the page looks. */
export function playScene(name: string, fake: FakeDesk, store: DeskStore): void {
  scenes[name]?.(fake, store);
}
