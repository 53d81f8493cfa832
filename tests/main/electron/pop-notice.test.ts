import { expect, test } from 'vitest';
import type { PopNotice } from '../../../src-main/host.ts';
import { createPopNotices } from '../../../src-main/electron/pop-notice.ts';

const notice: PopNotice = {
  callId: '019aafe6-5a80-7000-8000-000000000001',
  customer: null,
  number: null,
  project: null,
  colour: null,
  greeting: null,
  waitedSeconds: null,
};

function desk() {
  const state = { focused: true, there: true, shown: false };
  const window = {
    showInactive: () => void (state.shown = true),
    hide: () => void (state.shown = false),
  };
  const pops = createPopNotices({
    pop: () => (state.there ? window : null),
    isDeskFocused: () => state.focused,
  });
  const focus = (focused: boolean): void => {
    state.focused = focused;
    pops.look();
  };
  return { state, pops, focus };
}

test('a ring is shown to an operator who looks elsewhere, until it is over', () => {
  const { state, pops, focus } = desk();
  focus(false);
  expect(state.shown).toBe(false);
  pops.tell(notice);
  expect(state.shown).toBe(true);
  pops.tell(null);
  expect(state.shown).toBe(false);
  focus(true);
  focus(false);
  expect(state.shown).toBe(false);
});

test('it is shown to one who leaves the desk while it rings, and goes when the desk is there again', () => {
  const { state, pops, focus } = desk();
  pops.tell(notice);
  expect(state.shown).toBe(false);
  focus(false);
  expect(state.shown).toBe(true);
  focus(true);
  expect(state.shown).toBe(false);
});

test('it is shown in a window that opens only after the ring began', () => {
  const { state, pops, focus } = desk();
  state.there = false;
  focus(false);
  pops.tell(notice);
  state.there = true;
  pops.look();
  expect(state.shown).toBe(true);
});
