/** Moments of an operator's day, each set up on a fake desk. */
import type { CallQuality } from '#shared/model/call.ts';
import { noPreflight } from '#shared/model/preflight.ts';
import type { DeskStore } from '../../../src-renderer/desk/state/desk-store.ts';
import {
  bojan,
  colleagues,
  emptyCard,
  marijasCard,
  missedCall,
  ringing,
  signedOut,
  taxi,
} from '../fake-desk-data.ts';
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
  setInterval(() => {
    const { muted } = fake.callOf(first);
    fake.level(first, muted ? 0 : 0.12, 0.3, 0.12);
  }, 200);
}

const measured: Readonly<Record<string, Record<string, number | string>>> = {
  headset: { device: 'Vgrajeni mikrofon', spoken: 0.21 },
  network: { roundTripMs: 38, lossPercent: 4.2 },
};

function quality(changes: Partial<CallQuality> = {}): CallQuality {
  return { mos: 4.3, loss: 0.001, jitter: 0.004, roundTrip: 0.038, warning: null, ...changes };
}

/** Marija waits while Ana asks the colleague at 203. */
function consulting(fake: FakeDesk, phase: 'alerting' | 'talking'): void {
  talking(fake);
  fake.setLights(colleagues);
  fake.changeCall(first, { phase: 'held', quality: quality() });
  fake.changeCard(first, { handedTo: '203' });
  fake.setCall(
    ringing(second, {
      direction: 'out',
      phase,
      audio: phase === 'talking' ? 'flowing' : 'none',
      party: { number: null, written: '203', displayName: 'Boris Novak', withheld: false },
      queue: null,
      dialled: null,
      consultFor: first,
      startedAt: ago(20),
      answeredAt: phase === 'talking' ? ago(12) : null,
      quality: phase === 'talking' ? quality() : null,
    }),
  );
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
  /** The microphone hears speech all the time: after 300 ms the page says so. */
  muted: (fake) => {
    talking(fake);
    fake.changeCall(first, { muted: true, quality: quality() });
  },
  transfer: (fake, store) => {
    talking(fake);
    fake.setLights(colleagues);
    fake.changeCall(first, { quality: quality() });
    setTimeout(() => store.setState({ transferring: first }), 600);
  },
  'transfer-rings': (fake) => {
    talking(fake);
    fake.changeCall(first, { transfer: { to: '203', state: 'ringing' } });
  },
  'transfer-failed': (fake) => {
    talking(fake);
    fake.changeCall(first, {
      transfer: { to: '203', state: 'failed', why: 'busy' },
      quality: quality({ mos: 3.1, loss: 0.06, warning: 'network-loss' }),
    });
  },
  'consult-rings': (fake) => consulting(fake, 'alerting'),
  consult: (fake) => consulting(fake, 'talking'),
  conference: (fake) => {
    consulting(fake, 'talking');
    for (const callId of [first, second])
      fake.changeCall(callId, { phase: 'talking', inConference: true });
  },
  'auto-answered': (fake) => {
    talking(fake);
    fake.changeCall(first, {
      autoAnswered: true,
      divertedFrom: '+38615551000',
      quality: quality({ mos: 3.8 }),
    });
    fake.changeCard(first, { handedBy: 'Boris Novak' });
  },
  interrupted: (fake) => {
    talking(fake);
    fake.changeCall(first, {
      phase: 'ended',
      end: 'failed',
      endedAt: ago(5),
      audio: 'none',
      interrupted: true,
    });
    fake.setOperator({ phase: 'wrap-up', since: ago(5), wrapUpCallId: first });
  },
  'line-lost': (fake) => {
    talking(fake);
    fake.setLine({ phase: 'lost', problem: 'gone', retryAt: ago(-4) });
  },
  'headset-missing': (fake) => {
    fake.setAudio({
      missing: ['microphone', 'speaker'],
      microphoneInUse: 'Vgrajeni mikrofon',
      speakerInUse: 'Vgrajeni zvočniki',
      wishes: {
        microphones: ['mic-1', 'mic-2'],
        speakers: ['out-1', 'out-2'],
        ringers: ['out-2'],
        ringVolume: 0.8,
        noiseSuppression: true,
      },
    });
    fake.setOperator({ reason: 'wrap-up-limit', since: ago(42) });
    fake.setLights(colleagues);
  },
  history: (fake, store) => {
    const taxiCall = {
      customerId: null,
      customerName: null,
      projectId: taxi.projectId,
      party: { number: '+38631555104', written: '031555104', displayName: null, withheld: false },
      task: null,
    } as const;
    const id = (digit: string) => `0192f0af-0000-7000-8000-00000000001${digit}`;
    fake.setHistory([
      missedCall({ startedAt: ago(900), endedAt: ago(870) }),
      missedCall({ ...taxiCall, callId: id('1'), task: 'open', startedAt: ago(2400) }),
      missedCall({
        callId: id('2'),
        startedAt: ago(4000),
        answeredAt: ago(3990),
        endedAt: ago(3755),
        end: 'hung-up-there',
        task: null,
      }),
      missedCall({
        ...taxiCall,
        callId: id('3'),
        direction: 'out',
        startedAt: ago(5000),
        end: 'no-answer',
      }),
      missedCall({ callId: id('4'), startedAt: ago(90_000), task: 'done' }),
      missedCall({
        ...taxiCall,
        callId: id('5'),
        party: { number: null, written: null, displayName: null, withheld: true },
        startedAt: ago(95_000),
        answeredAt: ago(94_990),
        endedAt: ago(94_000),
        end: 'transferred',
      }),
    ]);
    store.setState({ screen: 'history' });
  },
  preflight: (fake, store) => {
    fake.setPreflight({
      state: 'failed',
      finishedAt: ago(3),
      checks: noPreflight.checks.map((check) => ({
        ...check,
        state: check.name === 'network' || check.name === 'headset' ? 'failed' : 'passed',
        problem:
          check.name === 'network'
            ? 'lossy-network'
            : check.name === 'headset'
              ? 'headset-missing'
              : null,
        figures: measured[check.name] ?? {},
      })),
    });
    store.setState({ screen: 'preflight' });
  },
  'preflight-running': (fake, store) => {
    fake.setPreflight({
      state: 'running',
      checks: noPreflight.checks.map((check) => ({
        ...check,
        state: check.name === 'headset' ? 'running' : 'waiting',
      })),
    });
    store.setState({ screen: 'preflight' });
  },
  checked: (fake) =>
    fake.setPreflight({
      state: 'passed',
      finishedAt: ago(3),
      checks: noPreflight.checks.map((check) => ({ ...check, state: 'passed' })),
    }),
  'dial-wish': (fake) => fake.wishToDial('+38640765432'),
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
      ['sent', 'REGISTER sip:pbx.example SIP/2.0', 'reg', '1 REGISTER'],
      ['received', 'SIP/2.0 401 Unauthorized', 'reg', '1 REGISTER'],
      ['sent', 'REGISTER sip:pbx.example SIP/2.0', 'reg', '2 REGISTER'],
      ['received', 'SIP/2.0 200 OK', 'reg', '2 REGISTER'],
      ['received', 'INVITE sip:201@desk.invalid SIP/2.0', 'call-1', '7 INVITE'],
      ['sent', 'SIP/2.0 180 Ringing', 'call-1', '7 INVITE'],
      ['sent', 'SIP/2.0 200 OK', 'call-1', '7 INVITE'],
      ['received', 'ACK sip:201@desk.invalid SIP/2.0', 'call-1', '7 ACK'],
      ['sent', 'REFER sip:asterisk@pbx.example SIP/2.0', 'call-1', '8 REFER'],
      ['received', 'SIP/2.0 603 Declined', 'call-1', '8 REFER'],
    ] as const;
    for (const [index, [direction, line, callId, cseq]] of lines.entries())
      fake.sip({
        at: ago(60 - index),
        direction,
        line,
        callId,
        text: `${line}\r\nVia: SIP/2.0/WS x\r\nCall-ID: ${callId}\r\nCSeq: ${cseq}\r\n`,
      });
    store.setState({ screen: 'debug' });
  },
};

/** Sets the scene up before the page looks. */
export function playScene(name: string, fake: FakeDesk, store: DeskStore): void {
  scenes[name]?.(fake, store);
}
