import { fc, test as property } from '@fast-check/vitest';
import { afterEach, expect, test, vi } from 'vitest';
import type { VoiceEvent } from '#shared/contract/voice.ts';
import {
  ButtonReader,
  dark,
  isStrayHangUp,
  type Lights,
} from '../../../../src-renderer/voice/headset/button-reader.ts';
import { Headset } from '../../../../src-renderer/voice/headset/headset.ts';
import { layoutOf, readControl } from '../../../../src-renderer/voice/headset/report-layout.ts';
import {
  blackwire3220,
  evolveLink,
  h540,
  mxBrio,
  sennheiserUsages,
  yealink,
  type KnownDevice,
} from './devices.ts';
import { collectionsOf, hex } from './report-descriptor.ts';
import { FakeBus, FakeDevice, StoppedClock } from './fake-headset.ts';

const ringing: Lights = { ...dark, ringing: true };
const talking: Lights = { ...dark, offHook: true };
const muted: Lights = { ...talking, muted: true };
const held: Lights = { ...talking, held: true };

const open: Headset[] = [];
afterEach(() => {
  for (const headset of open.splice(0)) headset[Symbol.dispose]();
});

async function plugged(...known: KnownDevice[]) {
  const devices = known.map((one) => new FakeDevice(one));
  const [device = new FakeDevice(evolveLink)] = devices;
  const bus = new FakeBus();
  bus.devices = devices;
  const clock = new StoppedClock();
  const told: VoiceEvent[] = [];
  const warnings: string[] = [];
  const headset = new Headset({
    hid: bus,
    clock,
    tell: (event) => told.push(event),
    warn: (what) => warnings.push(what),
  });
  open.push(headset);
  await headset.look();
  const settled = () => new Promise((resolve) => setTimeout(resolve));
  /** The lights as main tells them, and all that then happens. */
  const show = async (lights: Lights) => {
    headset.show(lights);
    await settled();
  };
  await settled();
  device.sent = [];
  return {
    bus,
    clock,
    device,
    devices,
    headset,
    told,
    warnings,
    settled,
    show,
    buttons: () => told.flatMap((event) => (event.type === 'headset.button' ? [event.button] : [])),
    states: () =>
      told.flatMap((event) =>
        event.type === 'headset' ? [`${event.state} ${event.product}`] : [],
      ),
  };
}

test('a Jabra is ready as soon as it is there, and gone when it is unplugged', async () => {
  const { bus, states, settled, device } = await plugged(evolveLink);
  expect(device.opened).toBe(true);
  bus.plug();
  await settled();
  expect(states()).toEqual(['ready Jabra EVOLVE LINK', 'none null']);
  expect(device.listeners).toBe(0);
  bus.plug(new FakeDevice(blackwire3220));
  await settled();
  expect(states().at(-1)).toBe('ready Plantronics Blackwire 3220 Series');
});

test('of two the one with a hook switch is used; a headset without telephony keys never', async () => {
  const { states, devices } = await plugged(
    h540,
    { ...evolveLink, name: 'mute only', collections: [] },
    sennheiserUsages,
  );
  expect(states()).toEqual(['ready usages of a Sennheiser SC660']);
  expect(devices.map(({ opened }) => opened)).toEqual([false, false, true]);
});

test('a Jabra rings, is answered with its button, and is hung up with it', async () => {
  const { device, show, buttons, clock } = await plugged(evolveLink);
  await show(ringing);
  expect(device.sent).toEqual(['2: 36 0']);
  device.send(2, 1, 0);
  expect(buttons()).toEqual(['hook-off']);
  await show(talking);
  expect(device.sent.at(-1)).toBe('2: 1 0');
  clock.pass(5_000);
  // Line busy and hook together, as it acknowledges; then the person puts it down.
  device.send(2, 3, 0);
  device.send(2, 0, 0);
  expect(buttons()).toEqual(['hook-off', 'hook-on']);
  await show(dark);
  expect(device.sent.at(-1)).toBe('2: 0 0');
});

test('what a Jabra repeats of an answer on the screen is no button, nor is what it repeats of the hang-up', async () => {
  const { device, show, buttons, clock } = await plugged(evolveLink);
  await show(ringing);
  await show(talking);
  clock.pass(40);
  device.send(2, 3, 0);
  clock.pass(60_000);
  await show(dark);
  clock.pass(40);
  device.send(2, 0, 0);
  expect(buttons()).toEqual([]);
});

test('what it repeats too late, when the call has ended already, answers no other call', async () => {
  const { device, show, buttons, clock } = await plugged(evolveLink);
  await show(talking);
  clock.pass(10);
  await show(dark);
  await show(ringing);
  clock.pass(30);
  device.send(2, 1, 0);
  device.send(2, 0, 0);
  expect(buttons()).toEqual([]);
});

test('a press for which there is no call falls back after 2 s and hangs up nothing', async () => {
  const { device, show, buttons, clock } = await plugged(evolveLink);
  device.send(2, 1, 0);
  expect(buttons()).toEqual(['hook-off']);
  await show(dark);
  // The device is told again that it is on hook: it believes otherwise.
  expect(device.sent).toEqual(['2: 0 0']);
  clock.pass(2_000);
  device.send(2, 0, 0);
  expect(buttons()).toEqual(['hook-off']);
});

test.each([evolveLink, yealink])(
  '$name: mute comes as 1 and then 0, once for each press',
  async (known) => {
    const { device, show, buttons, clock } = await plugged(known);
    await show(talking);
    device.send(2, 1, 0);
    clock.pass(5_000);
    device.send(2, 0b101, 0);
    device.send(2, 0b001, 0);
    expect(buttons()).toEqual(['mute-on']);
    await show(muted);
    expect(device.sent.at(-1)).toBe('2: 19 0');
    clock.pass(1_000);
    device.send(2, 0b101, 0);
    device.send(2, 0b001, 0);
    expect(buttons()).toEqual(['mute-on', 'mute-off']);
  },
);

test('a device that presses its own mute when it is told to mute does not start a dance', async () => {
  const { device, show, buttons, clock } = await plugged(evolveLink);
  await show(talking);
  device.send(2, 1, 0);
  clock.pass(5_000);
  await show(muted);
  clock.pass(50);
  device.send(2, 0b101, 0);
  device.send(2, 0b001, 0);
  expect(buttons()).toEqual([]);
});

test('hold, redial and reject: flash, Redial, Button 7', async () => {
  const { device, show, buttons, clock } = await plugged(evolveLink);
  await show(ringing);
  device.send(2, 0x40, 0);
  device.send(2, 0, 0);
  clock.pass(1_000);
  device.send(2, 0x10, 0);
  device.send(2, 0, 0);
  await show(talking);
  clock.pass(1_000);
  device.send(2, 0x09, 0);
  device.send(2, 0x01, 0);
  expect(buttons()).toEqual(['reject', 'redial', 'flash']);
});

test('a Poly: each light in a report of its own, only what changes is sent', async () => {
  const { device, show, buttons, clock } = await plugged(blackwire3220);
  await show(ringing);
  expect(device.sent).toEqual(['18: 1']);
  device.send(8, 0b010);
  expect(buttons()).toEqual(['hook-off']);
  device.sent = [];
  await show(talking);
  // All of them: after a press nobody knows what the device shows.
  expect(device.sent).toEqual(['9: 0', '17: 1', '18: 0', '20: 0', '2a: 1']);
  clock.pass(1_000);
  device.send(8, 0b011);
  device.send(8, 0b010);
  device.sent = [];
  await show(muted);
  expect(device.sent).toEqual(['9: 1']);
  clock.pass(1_000);
  device.send(8, 0b110);
  device.send(8, 0b010);
  clock.pass(1_000);
  device.send(8, 0b000);
  expect(buttons()).toEqual(['hook-off', 'mute-on', 'flash', 'hook-on']);
});

test('a Plantronics that reports a press twice within 50 ms is heard once', async () => {
  const { device, show, buttons, clock } = await plugged(blackwire3220);
  await show(talking);
  device.send(8, 0b010);
  clock.pass(5_000);
  for (let twice = 0; twice < 2; twice += 1) {
    device.send(8, 0b011);
    clock.pass(25);
    device.send(8, 0b010);
    clock.pass(24);
  }
  expect(buttons()).toEqual(['mute-on']);
});

test('a Yealink on hold is on hook: it hangs nothing up, and its button takes the call back', async () => {
  const { device, show, buttons, clock } = await plugged(yealink);
  await show(talking);
  device.send(2, 1, 0);
  clock.pass(5_000);
  await show(held);
  expect(device.sent.at(-1)).toBe('2: 8 0');
  clock.pass(100);
  device.send(2, 0, 0);
  expect(buttons()).toEqual([]);
  clock.pass(5_000);
  device.send(2, 1, 0);
  expect(buttons()).toEqual(['hook-off']);
});

test('the usages of a Sennheiser: the call is shown by Off-Hook and On-Line', async () => {
  const { device, show, buttons } = await plugged(sennheiserUsages);
  await show(talking);
  expect(device.sent).toEqual(['2: 3']);
  device.send(1, 1);
  expect(buttons()).toEqual([]);
  device.send(1, 0);
  expect(buttons()).toEqual(['hook-on']);
});

test.each([
  [0, true],
  [299, true],
  [300, false],
  [-1, false],
])('a hang-up %i ms after a mute is stray: %s', (after, stray) => {
  expect(isStrayHangUp(5_000 + after, 5_000)).toBe(stray);
});

test('a hang-up within 300 ms after a mute is not told, and the device is put right', async () => {
  const { device, show, buttons, clock, settled } = await plugged(evolveLink);
  await show(talking);
  device.send(2, 1, 0);
  clock.pass(5_000);
  device.send(2, 0b101, 0);
  await show(muted);
  clock.pass(250);
  device.sent = [];
  device.send(2, 0, 0);
  await settled();
  expect(buttons()).toEqual(['mute-on']);
  expect(device.sent).toEqual(['2: 19 0']);
  // It stays as it is told; the next hang-up, later, is one.
  clock.pass(100);
  device.send(2, 1, 0);
  clock.pass(2_000);
  device.send(2, 0, 0);
  expect(buttons()).toEqual(['mute-on', 'hook-on']);
});

test('a mute and a hang-up in one report: the hang-up is not believed', async () => {
  const { device, show, buttons, clock } = await plugged(blackwire3220);
  await show(talking);
  device.send(8, 0b010);
  clock.pass(5_000);
  device.send(8, 0b001);
  expect(buttons()).toEqual(['mute-on']);
});

test('a hook that bounces is put down once', async () => {
  const { device, show, buttons, clock } = await plugged(evolveLink);
  await show(ringing);
  device.send(2, 1, 0);
  await show(talking);
  clock.pass(20);
  device.send(2, 0, 0);
  clock.pass(20);
  device.send(2, 1, 0);
  expect(buttons()).toEqual(['hook-off']);
});

test('a line that stays busy for nobody here belongs to another program: said once, and taken back once', async () => {
  const { device, states, clock } = await plugged(evolveLink);
  device.send(2, 0b10, 0);
  clock.pass(2_000);
  expect(states()).toHaveLength(1);
  clock.pass(10_000);
  device.send(2, 0b10, 0);
  clock.pass(30_000);
  expect(states()).toEqual(['ready Jabra EVOLVE LINK', 'contested Jabra EVOLVE LINK']);
  device.send(2, 0, 0);
  expect(states().at(-1)).toBe('ready Jabra EVOLVE LINK');
  expect(states()).toHaveLength(3);
});

test('another program that puts down what we lift: noticed, and no call is hung up for it', async () => {
  const { device, show, buttons, states, clock } = await plugged(evolveLink);
  await show(talking);
  device.send(2, 1, 0);
  for (let fight = 0; fight < 4; fight += 1) {
    await show(dark);
    device.send(2, 0, 0);
    clock.pass(200);
    await show(talking);
    device.send(2, 1, 0);
    clock.pass(200);
    device.send(2, 0, 0);
    device.send(2, 1, 0);
  }
  expect(states().at(-1)).toBe('contested Jabra EVOLVE LINK');
  const before = buttons().length;
  clock.pass(200);
  device.send(2, 0, 0);
  expect(buttons()).toHaveLength(before);
});

test('a headset that another program has for itself: contested, tried again, and ready when it is free', async () => {
  const bus = new FakeBus();
  const device = new FakeDevice(evolveLink);
  device.opens = 'not';
  bus.devices = [device];
  const clock = new StoppedClock();
  const told: VoiceEvent[] = [];
  const warn = vi.fn<(what: string) => void>();
  const headset = new Headset({ hid: bus, clock, tell: (event) => told.push(event), warn });
  open.push(headset);
  await headset.look();
  clock.pass(5_000);
  await headset.look();
  expect(told).toEqual([{ type: 'headset', state: 'contested', product: 'Jabra EVOLVE LINK' }]);
  expect(warn.mock.calls).toEqual([['the headset 0b0e:0000 does not open: NotAllowedError']]);
  device.opens = 'well';
  clock.pass(5_000);
  await headset.look();
  expect(told.at(-1)).toEqual({ type: 'headset', state: 'ready', product: 'Jabra EVOLVE LINK' });
});

test('a headset that takes no light is contested until it does; its buttons still count', async () => {
  const { device, show, states, warnings, clock, settled, buttons } = await plugged(evolveLink);
  device.takes = 'not';
  await show(ringing);
  await show(talking);
  expect(states().at(-1)).toBe('contested Jabra EVOLVE LINK');
  expect(warnings).toEqual(['the headset 0b0e:0000 takes no light: NotAllowedError']);
  device.send(2, 1, 0);
  clock.pass(3_000);
  device.send(2, 0, 0);
  expect(buttons()).toEqual(['hook-on']);
  device.takes = 'well';
  clock.pass(5_000);
  await settled();
  expect(states()).toEqual([
    'ready Jabra EVOLVE LINK',
    'contested Jabra EVOLVE LINK',
    'ready Jabra EVOLVE LINK',
  ]);
  expect(device.sent).toEqual(['2: 1 0']);
});

test('closed, it is left dark, unheard and without a timer', async () => {
  const { device, show, headset, clock, settled, told } = await plugged(evolveLink);
  await show(talking);
  headset[Symbol.dispose]();
  headset[Symbol.dispose]();
  await settled();
  expect(device.sent.at(-1)).toBe('2: 0 0');
  expect(device.opened).toBe(false);
  expect(clock.waiting).toBe(0);
  const before = told.length;
  device.send(2, 1, 0);
  expect(told).toHaveLength(before);
});

test('without WebHID there is none, and nothing fails', async () => {
  const headset = new Headset({
    hid: null,
    clock: new StoppedClock(),
    tell: () => expect.unreachable(),
    warn: () => expect.unreachable(),
  });
  headset.show(talking);
  await headset.look();
  expect(headset.state).toEqual({ type: 'headset', state: 'none', product: null });
  headset[Symbol.dispose]();
});

const anyStep = fc.oneof(
  fc.record({
    do: fc.constant('report' as const),
    id: fc.constantFrom(0, 1, 2, 8, 255),
    bytes: fc.uint8Array({ maxLength: 5 }),
  }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 6_000 }) }),
  fc.record({
    do: fc.constant('show' as const),
    lights: fc.record({
      ringing: fc.boolean(),
      offHook: fc.boolean(),
      muted: fc.boolean(),
      held: fc.boolean(),
    }),
  }),
);

property.prop(
  [
    fc.constantFrom(blackwire3220, evolveLink, yealink, sennheiserUsages),
    fc.array(anyStep, { maxLength: 30 }),
  ],
  { numRuns: 10_000 },
)('any bytes: only a hook that goes down in a call hangs up', (known, steps) => {
  const layout = layoutOf(known.collections);
  const hookControl = layout?.controls.find(({ name }) => name === 'hook');
  if (!layout || !hookControl) throw new Error('no hook switch');
  const reader = new ButtonReader(layout);
  let at = 0;
  let hook: number | null = null;
  let lights = dark;
  let shownAt = 0;
  for (const step of steps) {
    switch (step.do) {
      case 'wait':
        at += step.ms;
        reader.contested(at);
        break;
      case 'show':
        if (step.lights.offHook !== lights.offHook) shownAt = at;
        lights = step.lights;
        reader.show(lights, at);
        break;
      case 'report': {
        const data = new DataView(step.bytes.slice().buffer);
        const told = step.id === hookControl.reportId ? readControl(hookControl, data) : null;
        const { buttons } = reader.report(step.id, data, at);
        const now: number | null = told ?? hook;
        // Of one that has reported nothing yet only what stands lifted for a second is believed to have been.
        const was: number | null = hook ?? (lights.offHook && at - shownAt >= 1_000 ? 1 : 0);
        if (buttons.includes('hook-on'))
          expect({ from: was, to: now, offHook: lights.offHook }).toEqual({
            from: 1,
            to: 0,
            offHook: true,
          });
        hook = now;
        break;
      }
      default:
        step satisfies never;
    }
  }
});

property.prop([fc.array(anyStep, { maxLength: 30 })], { numRuns: 300 })(
  'any bytes: the driver never fails, and presses nothing by itself',
  async (steps) => {
    const { device, headset, told, clock } = await plugged(evolveLink);
    for (const step of steps) {
      if (step.do === 'report') {
        device.send(step.id, ...step.bytes);
        continue;
      }
      const before = told.length;
      if (step.do === 'wait') clock.pass(step.ms);
      else headset.show(step.lights);
      expect(told.slice(before).filter(({ type }) => type === 'headset.button')).toEqual([]);
    }
    headset[Symbol.dispose]();
    open.length = 0;
  },
);

test('the first hang-up is believed where the page before this one died in the call', async () => {
  const { device, show, buttons, clock } = await plugged(evolveLink);
  // Lifted already, the device has nothing to repeat.
  await show(talking);
  clock.pass(5_000);
  device.send(2, 0, 0);
  expect(buttons()).toEqual(['hook-on']);
});

test('a first report that says something else, or comes with the lift, hangs up nothing', async () => {
  const { device, show, buttons, clock } = await plugged(evolveLink);
  await show(talking);
  clock.pass(500);
  device.send(2, 0, 0);
  expect(buttons()).toEqual([]);
  const other = await plugged(evolveLink);
  await other.show(talking);
  other.clock.pass(5_000);
  other.device.send(2, 0b100, 0);
  expect(other.buttons()).toEqual(['mute-on']);
});

const named = (known: KnownDevice, name: string, productId: number) =>
  new FakeDevice({ ...known, name, productId });

test('the buttons are those of the headset that is spoken into', async () => {
  const one = named(evolveLink, 'Jabra One', 1);
  const { bus, headset, states, settled } = await plugged(evolveLink);
  const other = named(evolveLink, 'Jabra Other', 2);
  bus.plug(one, other);
  await settled();
  expect([one.opened, other.opened]).toEqual([true, false]);
  headset.use('Jabra Other Mono');
  await settled();
  expect([one.opened, other.opened]).toEqual([false, true]);
  headset.use('Headset (0b0e:0001)');
  await settled();
  expect([one.opened, other.opened]).toEqual([true, false]);
  expect(states().at(-1)).toBe('ready Jabra One');
});

test('a better one that comes is taken, but not in a call', async () => {
  const muteOnly = new FakeDevice({
    ...mxBrio,
    collections: collectionsOf(hex('05 0B 09 05 A1 01 15 00 25 01 75 01 95 01 09 2F 81 06 C0')),
  });
  const { bus, show, settled } = await plugged(evolveLink);
  bus.plug(muteOnly);
  await settled();
  expect(muteOnly.opened).toBe(true);
  await show(talking);
  const better = new FakeDevice(evolveLink);
  bus.plug(muteOnly, better);
  await settled();
  expect([muteOnly.opened, better.opened]).toEqual([true, false]);
  await show(dark);
  await settled();
  expect([muteOnly.opened, better.opened]).toEqual([false, true]);
});

test('reports that cannot be read are one line in the log, without what they hold', async () => {
  const { device, warnings, clock, buttons } = await plugged(evolveLink);
  for (let time = 0; time < 100; time += 1) device.send(2);
  expect(warnings).toEqual(['the headset 0b0e:0000 sends reports that cannot be read']);
  clock.pass(60_000);
  device.send(2);
  expect(warnings).toHaveLength(2);
  expect(buttons()).toEqual([]);
});
