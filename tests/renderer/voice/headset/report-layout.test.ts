import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import {
  layoutOf,
  readControl,
  writeLights,
} from '../../../../src-renderer/voice/headset/report-layout.ts';
import {
  blackwire3220,
  evolveLink,
  h540,
  mxBrio,
  powerConf,
  sennheiserUsages,
  yealink,
  type KnownDevice,
} from './devices.ts';
import { collectionsOf, hex } from './report-descriptor.ts';

const places = (device: KnownDevice) =>
  layoutOf(device.collections)?.controls.map(
    ({ name, reportId, offset, style }) => `${name} ${reportId}.${offset} ${style}`,
  );
const lights = (device: KnownDevice) =>
  layoutOf(device.collections)?.lights.map(
    ({ reportId, length, lights: lit }) =>
      `${reportId}[${length}]: ${lit.map(({ name, offset }) => `${name}.${offset}`).join(' ')}`,
  );

test("a Blackwire's buttons and lights are where its descriptor says, one light a report", () => {
  expect(places(blackwire3220)).toEqual(['mute 8.0 press', 'hook 8.1 state', 'flash 8.2 press']);
  expect(lights(blackwire3220)).toEqual([
    '9[1]: mute.0',
    '23[1]: off-hook.0',
    '24[1]: ring.0',
    '32[1]: hold.0',
    '42[1]: off-hook.0',
  ]);
});

test.each([evolveLink, yealink])('$name: all in report 2, two bytes', (device) => {
  expect(places(device)).toEqual([
    'hook 2.0 state',
    'busy 2.1 state',
    'mute 2.2 press',
    'flash 2.3 press',
    'redial 2.4 press',
    'reject 2.6 press',
  ]);
  expect(lights(device)).toEqual(['2[2]: off-hook.0 mute.1 ring.2 hold.3 mute.4 ring.5']);
});

test("a PowerConf's keys are read though it calls them constant, its reject key behind the key pad", () => {
  expect(places(powerConf)).toEqual([
    'hook 2.0 state',
    'busy 2.1 state',
    'mute 2.2 press',
    'flash 2.3 press',
    'reject 2.10 press',
  ]);
  expect(lights(powerConf)).toEqual(['2[2]: off-hook.0 mute.1 ring.2 hold.3 mute.4 ring.5']);
});

test('a telephone inside another collection is found, and reports that only its own parts have', () => {
  const [telephone] = evolveLink.collections;
  const { inputReports = [], outputReports = [] } = telephone ?? {};
  const expected = layoutOf(evolveLink.collections);
  expect(layoutOf([{ usagePage: 0x0c, children: [...evolveLink.collections] }])).toEqual(expected);
  const part = { usagePage: 0x0b, usage: 0x06, inputReports, outputReports };
  const nested = { usagePage: 0x0b, usage: 0x05, inputReports: [], children: [part] };
  expect(layoutOf([nested])).toEqual(expected);
});

test('what has the usages of a Sennheiser is lit by Off-Hook and On-Line', () => {
  expect(places(sennheiserUsages)).toEqual(['hook 1.0 state', 'mute 1.1 press']);
  expect(lights(sennheiserUsages)).toEqual(['2[1]: off-hook.0 off-hook.1 mute.2']);
});

test('among seven collections the telephone is found', () => {
  expect(places(mxBrio)).toEqual(['mute 8.0 press', 'hook 8.1 state']);
  expect(lights(mxBrio)).toEqual(['8[1]: mute.0']);
});

test('a headset without telephony keys is none', () => {
  expect(layoutOf(h540.collections)).toBeNull();
});

test('a field that names the active usage is read by its number, and a range of usages is counted out', () => {
  const array = layoutOf(
    collectionsOf(hex('05 0B 09 05 A1 01 15 01 25 02 75 08 95 01 09 20 09 2F 81 00 C0')),
  );
  const pressed = (value: number) =>
    array?.controls
      .filter((control) => readControl(control, new DataView(Uint8Array.of(value).buffer)) === 1)
      .map(({ name }) => name);
  expect([0, 1, 2, 3].map(pressed)).toEqual([[], ['hook'], ['mute'], []]);
  const range = layoutOf(
    collectionsOf(hex('05 0B 09 05 A1 01 15 00 25 01 75 01 95 10 19 20 29 2F 81 06 C0')),
  );
  expect(range?.controls.map(({ name, offset }) => `${name}.${offset}`)).toEqual([
    'hook.0',
    'flash.1',
    'redial.4',
    'drop.6',
    'mute.15',
  ]);
});

test('on and off by sign: two bits, 1 and -1 (HUT 3.4.1.2)', () => {
  const layout = layoutOf(
    collectionsOf(hex('05 0B 09 05 A1 01 15 FF 25 01 75 02 95 01 09 2F 81 06 95 03 81 03 C0')),
  );
  const [mute] = layout?.controls ?? [];
  expect(mute?.style).toBe('on-off');
  expect(
    [0b00, 0b01, 0b11].map(
      (bits) => mute && readControl(mute, new DataView(Uint8Array.of(bits).buffer)),
    ),
  ).toEqual([0, 1, -1]);
});

test('a report too short for a control does not have it', () => {
  const layout = layoutOf(evolveLink.collections);
  const read = (length: number) =>
    layout?.controls.map((control) => readControl(control, new DataView(new ArrayBuffer(length))));
  expect(read(0)).toEqual([null, null, null, null, null, null]);
  expect(read(1)).toEqual([0, 0, 0, 0, 0, 0]);
});

const anything = fc.oneof(
  fc.integer({ min: -3, max: 70 }),
  fc.constantFrom(Number.NaN, Infinity, -1, 2 ** 32, 0x0b_0020, 0x0b_002f, 0x08_0017, 1e9),
);
const anyItem = fc.record(
  {
    isAbsolute: fc.boolean(),
    isArray: fc.boolean(),
    isRange: fc.boolean(),
    hasPreferredState: fc.boolean(),
    usages: fc.array(anything),
    usageMinimum: anything,
    usageMaximum: anything,
    reportSize: anything,
    reportCount: anything,
    logicalMinimum: anything,
  },
  { requiredKeys: [] },
);
const anyReports = fc.array(
  fc.record(
    { reportId: fc.integer({ min: 0, max: 255 }), items: fc.array(anyItem) },
    { requiredKeys: [] },
  ),
);

property.prop(
  [
    fc.array(
      fc.record({
        usagePage: fc.constantFrom(0x0b, 0x0c),
        inputReports: anyReports,
        outputReports: anyReports,
      }),
    ),
    fc.uint8Array({ maxLength: 70 }),
  ],
  { numRuns: 2_000 },
)('no descriptor and no report makes the reader fail', (collections, bytes) => {
  const layout = layoutOf(collections);
  const data = new DataView(bytes.slice().buffer);
  for (const control of layout?.controls ?? [])
    expect([null, 0, 1, -1]).toContain(Math.sign(readControl(control, data) ?? 0));
  for (const report of layout?.lights ?? []) {
    expect(report.length).toBeLessThanOrEqual(64);
    expect(writeLights(report, new Set(['ring', 'mute']))).toHaveLength(report.length);
  }
});

property.prop([fc.uint8Array({ maxLength: 300 })], { numRuns: 10_000 })(
  'no bytes of a descriptor make it fail',
  (bytes) => {
    layoutOf(collectionsOf([0x05, 0x0b, 0x09, 0x05, 0xa1, 0x01, ...bytes]));
  },
);
