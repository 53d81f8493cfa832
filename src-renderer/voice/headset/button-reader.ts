/**
 * From a headset's reports to buttons a person pressed. A device repeats what it is told, bounces, and may be told by
 * another program: only a change that contradicts what we show is a press.
 */
import { assertNever } from '#shared/assert-never.ts';
import type { VoiceEvent } from '#shared/contract/voice.ts';
import { readControl, type Control, type HeadsetLayout } from './report-layout.ts';

export type HeadsetButton = Extract<VoiceEvent, { type: 'headset.button' }>['button'];

export interface Lights {
  readonly ringing: boolean;
  readonly offHook: boolean;
  readonly muted: boolean;
  readonly held: boolean;
}

export const dark: Lights = { ringing: false, offHook: false, muted: false, held: false };

export interface Reading {
  readonly buttons: readonly HeadsetButton[];
  /** The device is not as we show it: all lights must be told again. */
  readonly outOfStep: boolean;
  /** The report is shorter than the device itself says that it is. */
  readonly tooShort: boolean;
}

/** Milliseconds. The first three: WICG/webhid issue 61 (Plantronics repeats within 50 ms), and what a hand cannot do. */
const bounceMs = 80;
const pulseEchoMs = 200;
const stateEchoMs = 1_000;
/** A hang-up so soon after a mute is the mute button's other contact (field notes, row 13). */
const afterMuteMs = 300;
/** A change against us so soon after our own is another program's. */
const tugMs = 500;
const tugWindowMs = 10_000;
const tugsThatTell = 3;
/** A device that is off hook for nobody falls back within 2 s (WICG/webhid issue 61); who stays is used by somebody else. */
const strangeBusyMs = 3_000;

/** Whether a hang-up is to be believed. Times in milliseconds. */
export function isStrayHangUp(hangUpAt: number, muteAt: number): boolean {
  return hangUpAt - muteAt >= 0 && hangUpAt - muteAt < afterMuteMs;
}

export class ButtonReader {
  readonly #controls: readonly Control[];
  #lights: Lights = dark;
  /** Values last reported, by place in `#controls`; null: none yet, the device may have been in use before this page. */
  readonly #values: (number | null)[];
  /** What we told the device and it may yet repeat. */
  #echoes: readonly {
    readonly of: 'hook' | 'mute';
    readonly value: number;
    readonly at: number;
  }[] = [];
  readonly #pressedAt = new Map<string, number>();
  #hookShownAt = Number.NEGATIVE_INFINITY;
  #muteShownAt = Number.NEGATIVE_INFINITY;
  #mutePressedAt = Number.NEGATIVE_INFINITY;
  #busySince: number | null = null;
  #tugs: readonly number[] = [];

  constructor({ controls }: HeadsetLayout) {
    this.#controls = controls;
    this.#values = controls.map(() => null);
  }

  /** What the device is told from now on. */
  show(lights: Lights, at: number): void {
    if (lights.offHook !== this.#lights.offHook) {
      this.#hookShownAt = at;
      this.#expect('hook', lights.offHook, at);
    }
    if (lights.muted !== this.#lights.muted) {
      this.#muteShownAt = at;
      this.#expect('mute', lights.muted, at);
    }
    this.#lights = lights;
    if (lights.offHook) this.#busySince = null;
    else if (this.#valueOf('busy') === 1) this.#busySince ??= at;
  }

  /** Any bytes are taken; a report that is too short or unknown is none. */
  report(reportId: number, data: DataView, at: number): Reading {
    const buttons: HeadsetButton[] = [];
    let outOfStep = false;
    let tooShort = false;
    let others = false;
    // The hook last: a mute in the same report decides whether a hang-up is believed.
    for (const hookTurn of [false, true])
      for (const [place, control] of this.#controls.entries()) {
        if (control.reportId !== reportId || (control.name === 'hook') !== hookTurn) continue;
        const value = readControl(control, data);
        tooShort ||= value === null;
        const before = this.#values[place] ?? null;
        if (value === null || value === before) continue;
        this.#values[place] = value;
        // At first, what is not pressed is no news.
        if (before === null && value === 0 && (others || !this.#wasLifted(control, at))) continue;
        others = true;
        const pressed = this.#changed(control, value, at);
        if (pressed === null) continue;
        if (pressed === 'out-of-step' || this.#bounces(pressed, at)) outOfStep = true;
        else buttons.push(pressed);
      }
    outOfStep ||= buttons.some((button) => button === 'hook-off' || button === 'hook-on');
    return { buttons, outOfStep, tooShort };
  }

  /** Another program uses the device too. */
  contested(at: number): boolean {
    if (this.#busySince !== null && at - this.#busySince >= strangeBusyMs) return true;
    return this.#tugs.filter((tug) => at - tug < tugWindowMs).length >= tugsThatTell;
  }

  #changed(control: Control, value: number, at: number): HeadsetButton | 'out-of-step' | null {
    const { ringing, offHook } = this.#lights;
    switch (control.name) {
      case 'hook':
        return this.#hook(control, value, at);
      case 'mute':
        return this.#mute(control, value, at);
      case 'busy':
        this.#busySince = value === 1 && !offHook ? at : null;
        return null;
      case 'flash':
        return value === 1 ? 'flash' : null;
      case 'redial':
        return value === 1 ? 'redial' : null;
      case 'reject':
        return value === 1 ? 'reject' : null;
      case 'drop':
        if (value !== 1) return null;
        if (ringing && !offHook) return 'reject';
        return offHook ? this.#hangUp(at) : null;
      default:
        return assertNever(control.name);
    }
  }

  /** A hook of which nothing was reported yet, and which stands as lifted for longer than the device takes to repeat that. */
  #wasLifted({ name, style }: Control, at: number): boolean {
    const { offHook } = this.#lights;
    return name === 'hook' && style === 'state' && offHook && at - this.#hookShownAt >= stateEchoMs;
  }

  #hook({ style }: Control, value: number, at: number): HeadsetButton | 'out-of-step' | null {
    const { ringing, offHook } = this.#lights;
    switch (style) {
      case 'state':
      case 'on-off': {
        if (style === 'on-off' && value === 0) return null;
        const lifted = value === 1;
        if (this.#isEcho('hook', lifted ? 1 : 0, at) || lifted === offHook) return null;
        if (at - this.#hookShownAt < tugMs) this.#tugs = [...this.#tugs.slice(-9), at];
        return lifted ? 'hook-off' : this.#hangUp(at);
      }
      case 'press':
        if (value !== 1 || at - this.#hookShownAt < pulseEchoMs) return null;
        return offHook && !ringing ? this.#hangUp(at) : 'hook-off';
      default:
        return assertNever(style);
    }
  }

  #hangUp(at: number): HeadsetButton | 'out-of-step' {
    const muteAt = Math.max(this.#mutePressedAt, this.#muteShownAt);
    // In a fight nobody knows who put it down: a person still has the screen.
    return isStrayHangUp(at, muteAt) || this.contested(at) ? 'out-of-step' : 'hook-on';
  }

  #mute({ style }: Control, value: number, at: number): HeadsetButton | 'out-of-step' | null {
    const { muted } = this.#lights;
    switch (style) {
      case 'state':
      case 'on-off': {
        if (style === 'on-off' && value === 0) return null;
        const wanted = value === 1;
        this.#mutePressedAt = at;
        if (this.#isEcho('mute', wanted ? 1 : 0, at) || wanted === muted) return null;
        if (at - this.#muteShownAt < tugMs) this.#tugs = [...this.#tugs.slice(-9), at];
        if (this.contested(at)) return 'out-of-step';
        return wanted ? 'mute-on' : 'mute-off';
      }
      case 'press':
        if (value !== 1) return null;
        this.#mutePressedAt = at;
        if (at - this.#muteShownAt < pulseEchoMs) return null;
        return muted ? 'mute-off' : 'mute-on';
      default:
        return assertNever(style);
    }
  }

  /** The device will repeat it, unless it is already so. */
  #expect(of: 'hook' | 'mute', on: boolean, at: number): void {
    const value = on ? 1 : 0;
    if (this.#valueOf(of) !== value || this.#echoes.some((echo) => echo.of === of))
      this.#echoes = [...this.#echoes.slice(-9), { of, value, at }];
  }

  #isEcho(of: 'hook' | 'mute', value: number, at: number): boolean {
    const fresh = this.#echoes.filter((echo) => at - echo.at < stateEchoMs);
    const found = fresh.findIndex((echo) => echo.of === of && echo.value === value);
    this.#echoes =
      found < 0 ? fresh : fresh.filter((echo, place) => echo.of !== of || place > found);
    return found >= 0;
  }

  #bounces(button: HeadsetButton, at: number): boolean {
    const family = button.split('-')[0] ?? button;
    const before = this.#pressedAt.get(family) ?? Number.NEGATIVE_INFINITY;
    if (at - before < bounceMs) return true;
    this.#pressedAt.set(family, at);
    return false;
  }

  #valueOf(name: Control['name']): number | null | undefined {
    return this.#values[this.#controls.findIndex((control) => control.name === name)];
  }
}
