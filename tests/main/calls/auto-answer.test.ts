import { describe, expect, test } from 'vitest';
import { LineError } from '../../../src-main/calls/line.ts';
import { callDesk } from '../../support/call-desk-bench.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a call answers itself', () => {
  test('when the exchange asks for it, after the tone', async () => {
    const { line, calls, ringer, phase } = callDesk({ ready: true });
    let heard: () => void = () => undefined;
    ringer.announcing = () => new Promise((resolve) => (heard = resolve));
    const leg = line.ring({ autoAnswerAfter: 0 });
    expect(ringer).toMatchObject({ announced: ['classic'], rings: [] });
    await settled();
    expect(leg.asked).toEqual([]);
    heard();
    await settled();
    expect(leg.asked).toEqual(['answer']);
    expect(calls.currentCall(leg.callId)).toMatchObject({ phase: 'talking', autoAnswered: true });
    expect(phase(leg.callId)).toBe('talking');
    expect(ringer.sound).toBeNull();
  });

  test('after the seconds the exchange asks for; until then it rings', async () => {
    const { line, ringer, clock, phase } = callDesk({ ready: true });
    const leg = line.ring({ autoAnswerAfter: 3 });
    expect(ringer.sound?.tone).toBe('ring');
    clock.advance(2999);
    expect(ringer.announced).toEqual([]);
    clock.advance(1);
    await settled();
    expect(phase(leg.callId)).toBe('talking');
    expect(clock.waiting).toBe(0);
  });

  test('when the project of its queue says so, in its melody', async () => {
    const desk = callDesk({ ready: true });
    const [internet] = desk.cards.projects;
    if (internet) Object.assign(internet, { autoAnswer: true, ringTone: 'bright' });
    const leg = desk.line.ring({ queue: 'internet' });
    await settled();
    expect(desk.ringer.announced).toEqual(['bright']);
    expect(desk.phase(leg.callId)).toBe('talking');
  });
});

describe('a call rings', () => {
  const rings = async (
    prepare: (desk: ReturnType<typeof callDesk>) => unknown,
    options: Parameters<typeof callDesk>[0] = { ready: true },
  ) => {
    const desk = callDesk(options);
    await prepare(desk);
    const before = desk.ringer.announced.length;
    const leg = desk.line.ring({ autoAnswerAfter: 0, party: { number: null, written: '202' } });
    await settled();
    expect(desk.phase(leg.callId)).toBe('ringing');
    expect(leg.asked).toEqual([]);
    expect(desk.ringer.sound).not.toBeNull();
    return { ...desk, leg, announced: desk.ringer.announced.length - before };
  };

  test('for who is not Ready', async () => {
    expect((await rings(() => undefined, {})).announced).toBe(0);
  });

  test('in another call', async () => {
    const { announced } = await rings(async ({ line, calls }) => {
      await calls.answer(line.ring().callId);
    });
    expect(announced).toBe(0);
  });

  test('while another one rings', async () => {
    expect((await rings(({ line }) => void line.ring())).announced).toBe(0);
  });

  test('where nothing could be heard or said', async () => {
    expect((await rings(({ ringer }) => void (ringer.ready = false))).announced).toBe(0);
  });

  test('when the tone could not be played', async () => {
    const { announced } = await rings(({ ringer }) => {
      ringer.announcing = () => Promise.reject(new Error('gone'));
    });
    expect(announced).toBe(1);
  });

  test('when the voice page went during the tone', async () => {
    const { announced } = await rings(({ ringer }) => {
      ringer.announcing = async () => void (ringer.ready = false);
    });
    expect(announced).toBe(1);
  });

  test('when another call came during the tone', async () => {
    const { line, phase } = await rings(({ ringer, line: ringing }) => {
      ringer.announcing = async () => void ringing.ring();
    });
    expect(line.legs.map(({ callId }) => phase(callId))).toEqual(['ringing', 'ringing']);
  });

  test('when the operator took Ready back meanwhile', async () => {
    const { calls } = await rings(({ ringer, calls: desk }) => {
      ringer.announcing = async () => desk.notReady('lunch');
    });
    expect(calls.operator).toMatchObject({ phase: 'busy', then: 'not-ready' });
  });

  test('when nobody asked for anything else', async () => {
    const { line, ringer, phase } = callDesk({ ready: true });
    const leg = line.ring({ queue: 'internet' });
    await settled();
    expect(phase(leg.callId)).toBe('ringing');
    expect(ringer.announced).toEqual([]);
  });

  test('on when it could not be answered', async () => {
    const { line, ringer, phase, calls } = callDesk({ ready: true });
    ringer.announcing = async () => {
      const [leg] = line.legs;
      if (leg) leg.failing = new LineError('NO_VOICE', 'no page');
    };
    const leg = line.ring({ autoAnswerAfter: 0 });
    await settled();
    expect(phase(leg.callId)).toBe('ringing');
    expect(ringer.sound?.tone).toBe('ring');
    await calls.answer(leg.callId);
    expect(calls.currentCall(leg.callId)).toMatchObject({ phase: 'talking', autoAnswered: false });
  });
});

test('a call that is over before its time is not answered, and leaves no timer', async () => {
  const { line, clock } = callDesk({ ready: true });
  const leg = line.ring({ autoAnswerAfter: 5 });
  leg.end('missed');
  expect(clock.waiting).toBe(0);
  const other = line.ring({ autoAnswerAfter: 5 });
  line.become('registered');
  await settled();
  expect(other.asked).toEqual([]);
});

test('each project rings in its own melody', () => {
  const desk = callDesk({ ready: true });
  const [internet] = desk.cards.projects;
  if (internet) Object.assign(internet, { ringTone: 'low' });
  desk.line.ring({ queue: 'internet' });
  expect(desk.ringer.sound).toEqual({ tone: 'ring', melody: 'low' });
});
