import { expect, test } from 'vitest';
import { createCallDesk } from '../../../src-main/calls/call-desk.ts';
import { LineError } from '../../../src-main/calls/line.ts';
import { createHeadset } from '../../../src-main/headset/headset.ts';
import type { HeadsetButton, HeadsetLights } from '../../../src-main/voice/voice-link.ts';
import { manualClock, MemoryJournal, silentLog } from '../../support/call-desk-bench.ts';
import { MemoryCards } from '../../support/memory-cards.ts';
import { PracticeLine } from '../../support/practice-line.ts';

function desk() {
  const line = new PracticeLine();
  const calls = createCallDesk({
    line,
    cards: new MemoryCards(),
    journal: new MemoryJournal(),
    past: { entry: () => null, lastDialled: () => null },
    clock: manualClock(),
    log: silentLog,
    ringer: { ready: true, ring: () => undefined, announce: () => Promise.resolve() },
    region: () => 'SI',
    outsidePrefix: () => '0',
    operatorChanged: () => undefined,
  });
  calls.signedIn({ userId: 'ana', name: 'Ana Kovač', role: 'operator', projectIds: ['internet'] });
  const shown: HeadsetLights[] = [];
  let press: (button: HeadsetButton) => void = () => undefined;
  const warnings: unknown[] = [];
  const headset = createHeadset({
    calls,
    log: { ...silentLog, warn: (fields) => warnings.push(fields) },
    voice: {
      showOnHeadset: (lights) => shown.push(lights),
      onHeadsetButton: (pressed) => {
        press = pressed;
        return {
          [Symbol.dispose]: () => {
            press = () => undefined;
          },
        };
      },
    },
  });
  return {
    line,
    calls,
    shown,
    warnings,
    headset,
    press: async (button: HeadsetButton) => {
      press(button);
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
}

test('a whole call by the headset: rings, is answered, muted, held, taken back and hung up, with its lights in step', async () => {
  const { line, calls, shown, press } = desk();
  const leg = line.ring();
  expect(shown.at(-1)).toEqual({ ringing: true, offHook: false, muted: false, held: false });
  await press('hook-off');
  expect(leg.asked).toEqual(['answer']);
  expect(shown.at(-1)).toEqual({ ringing: false, offHook: true, muted: false, held: false });
  await press('mute-on');
  expect(calls.currentCall(leg.callId)?.muted).toBe(true);
  expect(shown.at(-1)?.muted).toBe(true);
  await press('mute-off');
  await press('flash');
  expect(shown.at(-1)).toEqual({ ringing: false, offHook: true, muted: false, held: true });
  await press('hook-off');
  await press('hook-on');
  expect(leg.asked).toEqual(['answer', 'mute', 'unmute', 'hold', 'resume', 'hang up']);
  expect(shown.at(-1)).toEqual({ ringing: false, offHook: false, muted: false, held: false });
});

test('a call that waits is taken with the button, and the first one is held, not lost', async () => {
  const { line, press, calls } = desk();
  const first = line.ring();
  await press('hook-off');
  const second = line.ring();
  await press('hook-off');
  expect(calls.currentCall(second.callId)?.phase).toBe('talking');
  expect(calls.currentCall(first.callId)?.phase).toBe('held');
  await press('flash');
  expect(calls.currentCall(first.callId)?.phase).toBe('talking');
  await press('hook-on');
  expect(calls.currentCall(second.callId)?.phase).toBe('held');
});

test('lights are told once for each change, and again after every press', async () => {
  const { line, shown, press, calls } = desk();
  const leg = line.ring();
  const before = shown.length;
  leg.tell({ type: 'audio', state: 'connecting' });
  calls.refreshCards();
  expect(shown).toHaveLength(before);
  await press('hook-on');
  expect(shown).toHaveLength(before + 1);
  expect(leg.asked).toEqual([]);
});

test('what the exchange refuses is logged, the call goes on, and the headset is put right', async () => {
  const { line, press, warnings, shown, calls } = desk();
  const leg = line.ring();
  leg.failing = new LineError('LINE_DOWN', 'gone');
  await press('hook-off');
  expect(warnings).toEqual([{ button: 'hook-off', error: 'LineError' }]);
  expect(calls.currentCall(leg.callId)?.phase).toBe('ringing');
  expect(shown.at(-1)?.ringing).toBe(true);
});

test('disposed of, it leaves the calls alone', async () => {
  const { line, headset, press, shown } = desk();
  headset[Symbol.dispose]();
  const before = shown.length;
  const leg = line.ring();
  await press('hook-off');
  expect(leg.asked).toEqual([]);
  expect(shown).toHaveLength(before);
});
