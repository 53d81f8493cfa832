/**
 * The voice room of main: keeps the media facts (open peers, mute, focus, ringing, wished devices), has exactly one
 * voice page carry them out, and gives them all to the next page when that one goes.
 */
import { assertNever } from '#shared/assert-never.ts';
import type { AudioState } from '#shared/contract/desk.ts';
import type { AudioWishes, VoiceEvent } from '#shared/contract/voice.ts';
import type { RingTone } from '#shared/model/ring-tone.ts';
import type { Clock, Host } from '../host.ts';
import { Listeners } from '../listeners.ts';
import type { Log } from '../log.ts';
import { noAudio } from './no-audio.ts';
import { createPeerBook, type PeerBook } from './peer-book.ts';
import type { VoiceClient } from './voice-client.ts';
import { VoiceError } from './voice-error.ts';
import { createVoicePage, type VoicePage } from './voice-page.ts';

/** What is heard while calls ring, here in the melody of the project, or at the other side. */
export interface RingSound {
  readonly tone: 'ring' | 'call-waiting' | 'ringback';
  readonly melody: RingTone;
}
/** What the headset's lights show. */
export interface HeadsetLights {
  readonly ringing: boolean;
  readonly offHook: boolean;
  readonly muted: boolean;
  readonly held: boolean;
}
export type HeadsetButton = Extract<VoiceEvent, { type: 'headset.button' }>['button'];
export type PeerEvent = Extract<VoiceEvent, { type: 'peer' | 'audio' }>;
export type LevelEvent = Extract<VoiceEvent, { type: 'level' }>;
/** Media operations for telephony, sound for the desk. All errors are VoiceError; none waits for ever. */
export interface VoiceLink extends PeerBook, Disposable {
  /** Whether a voice page is there. */
  readonly present: boolean;
  /** Whether it has a microphone, and its sound was proven: a call can be heard and spoken to. */
  readonly ready: boolean;
  readonly audio: AudioState;
  onAudio(changed: (audio: AudioState) => void): Disposable;
  onLevel(heard: (level: LevelEvent) => void): Disposable;
  onPeer(changed: (event: PeerEvent) => void): Disposable;
  /** true: a page has the sound now, and all facts; every live call needs a fresh offer. false: it has gone. */
  onPage(changed: (present: boolean) => void): Disposable;
  focus(callId: string | null): void;
  /** These calls hear each other, on every later page too; fewer than two ends the conference. */
  conference(callIds: readonly string[]): void;
  /** null: silence. The same sound twice goes on. */
  ring(sound: RingSound | null): void;
  /** The tone before a call answers itself; settles when it has been heard, at the latest after a second. Errors: NO_VOICE. */
  announce(melody: RingTone): Promise<void>;
  /** The whole of the headset's lights; kept for every later page. */
  showOnHeadset(lights: HeadsetLights): void;
  onHeadsetButton(pressed: (button: HeadsetButton) => void): Disposable;
  /** Plays a tone and listens for `seconds`, or until aborted. Errors: NO_VOICE. */
  testDevices(seconds: number, signal: AbortSignal): Promise<DeviceTest>;
  wish(wishes: AudioWishes): void;
}

/** How much of the played tone the microphone heard, and the loudest it heard; 0 to 1. */
export interface DeviceTest {
  readonly heard: number;
  readonly spoken: number;
  readonly looped: boolean;
}

export interface VoiceLinkDeps {
  readonly onVoicePage: Host['onVoicePage'];
  readonly clock: Clock;
  readonly log: Log;
  readonly wishes: AudioWishes;
}

const quickMs = 2000;
/** Longer than the tone lasts: a call must not wait for a page that does not say when it was heard. */
const announceMs = 1000;
/** So long the tone sounds, also where the page answers as soon as it has begun. */
const toneMs = 400;

export function createVoiceLink(deps: VoiceLinkDeps): VoiceLink {
  const { clock, log } = deps;
  const audioChanged = new Listeners<AudioState>();
  const levelHeard = new Listeners<LevelEvent>();
  const peerChanged = new Listeners<PeerEvent>();
  const pageChanged = new Listeners<boolean>();
  const buttonPressed = new Listeners<HeadsetButton>();
  const waiting: VoiceClient[] = [];
  let page: VoicePage | null = null;
  let focused: string | null = null;
  let conference: readonly string[] = [];
  let sounding: RingSound | null = null;
  let lights: HeadsetLights = { ringing: false, offHook: false, muted: false, held: false };
  let audio: AudioState = noAudio(deps.wishes);

  function setAudio(next: AudioState): void {
    audio = next;
    audioChanged.tell(audio);
  }

  function ask<T>(limitMs: number, command: (rpc: VoiceClient['rpc']) => Promise<T>): Promise<T> {
    return page
      ? page.ask(limitMs, command)
      : Promise.reject(new VoiceError('NO_VOICE', 'there is no voice page'));
  }

  /** For commands nobody waits for: the fact is kept here, and the next page gets it in any case. */
  function tell(name: string, command: (rpc: VoiceClient['rpc']) => Promise<unknown>): void {
    if (!page) return;
    page.ask(quickMs, command).catch((error: unknown) => {
      log.warn({ command: name, code: codeOf(error) }, 'voice command failed');
    });
  }

  const peers = createPeerBook({ ask, tell, log });

  function startRing(): void {
    const wanted = sounding;
    if (wanted) tell('ring', (rpc) => rpc.ring.start({ ...wanted }));
  }

  function joinConference(): void {
    const callIds = [...conference];
    tell('conference', (rpc) => rpc.conference({ callIds }));
  }

  function showLights(): void {
    const shown = lights;
    tell('headset', (rpc) => rpc.headset(shown));
  }

  function adopt(client: VoiceClient): void {
    const adopted: VoicePage = createVoicePage(client, clock, {
      probe: (rpc) => rpc.focus({ callId: focused }),
      hangs: () => {
        log.error({}, 'the voice page hangs and is ended');
        client.end();
        leave(adopted);
      },
    });
    page = adopted;
    void client.closed.then(
      () => leave(adopted),
      () => leave(adopted),
    );
    const { wishes } = audio;
    setAudio({ ...noAudio(wishes), page: 'here' });
    tell('wish', (rpc) => rpc.devices.wish(wishes));
    peers.reopen();
    tell('focus', (rpc) => rpc.focus({ callId: focused }));
    if (conference.length > 1) joinConference();
    startRing();
    void listen(adopted);
    pageChanged.tell(true);
  }

  function leave(left: VoicePage): void {
    if (page !== left) return;
    page = null;
    left.gone();
    setAudio(noAudio(audio.wishes));
    pageChanged.tell(false);
    const next = waiting.shift();
    if (next) adopt(next);
  }

  async function listen(from: VoicePage): Promise<void> {
    try {
      const events = await from.client.rpc.watch();
      let heard = false;
      for await (const event of events) {
        if (page !== from) return;
        from.heard();
        // Its buttons are heard from its first word on; the device believes what was pressed before, so dark lights count too.
        if (!heard) showLights();
        heard = true;
        hear(event);
      }
    } catch (error) {
      if (page === from) log.warn({ code: codeOf(error) }, 'voice events ended');
    }
  }

  function hear(event: VoiceEvent): void {
    switch (event.type) {
      case 'level':
        return levelHeard.tell(event);
      case 'devices': {
        const { type: _type, ...devices } = event;
        return setAudio({ ...audio, ...devices });
      }
      case 'headset': {
        const { type: _type, ...headset } = event;
        return setAudio({ ...audio, headset });
      }
      case 'headset.button':
        return buttonPressed.tell(event.button);
      case 'peer':
      case 'audio':
        return peerChanged.tell(event);
      default:
        return assertNever(event);
    }
  }

  const arrivals = deps.onVoicePage((client) => {
    if (!page) return adopt(client);
    waiting.push(client);
    const forget = (): void => {
      const at = waiting.indexOf(client);
      if (at >= 0) waiting.splice(at, 1);
    };
    client.closed.then(forget, forget);
  });

  return {
    ...peers,
    get present() {
      return page !== null;
    },
    get ready() {
      return page !== null && audio.microphone === 'ok' && audio.proven;
    },
    get audio() {
      return audio;
    },
    onAudio: (changed) => audioChanged.add(changed),
    onLevel: (heard) => levelHeard.add(heard),
    onPeer: (changed) => peerChanged.add(changed),
    onPage: (changed) => pageChanged.add(changed),
    focus: (callId) => {
      focused = callId;
      tell('focus', (rpc) => rpc.focus({ callId }));
    },
    conference: (callIds) => {
      conference = callIds;
      joinConference();
    },
    ring: (wanted) => {
      if (sounding?.tone === wanted?.tone && sounding?.melody === wanted?.melody) return;
      sounding = wanted;
      if (wanted) startRing();
      else tell('ring', (rpc) => rpc.ring.stop());
    },
    announce: async (melody) => {
      const from = page;
      const sounded = pause(clock, toneMs);
      try {
        await ask(announceMs, (rpc) => rpc.ring.start({ tone: 'auto-answer', melody }));
        await sounded.over;
      } catch (error) {
        sounded[Symbol.dispose]();
        // A page that only did not say so within the time has played it; one that has gone has not.
        if (page === null) throw error;
      }
      if (page !== from) throw new VoiceError('NO_VOICE', 'the voice page has gone meanwhile');
      startRing();
    },
    showOnHeadset: (shown) => {
      lights = shown;
      showLights();
    },
    onHeadsetButton: (pressed) => buttonPressed.add(pressed),
    testDevices: (seconds, signal) =>
      ask(seconds * 1000 + quickMs, (rpc) => rpc.devices.test({ seconds }, { signal })),
    wish: (wishes) => {
      setAudio({ ...audio, wishes });
      tell('wish', (rpc) => rpc.devices.wish(wishes));
    },
    [Symbol.dispose]: () => {
      arrivals[Symbol.dispose]();
      page?.gone();
      page = null;
    },
  };
}

function pause(clock: Clock, ms: number): Disposable & { readonly over: Promise<void> } {
  let pass = (): void => undefined;
  const over = new Promise<void>((resolve) => (pass = resolve));
  const timer = clock.after(ms, () => pass());
  return { over, [Symbol.dispose]: () => timer[Symbol.dispose]() };
}

function codeOf(error: unknown): string {
  return error instanceof VoiceError ? error.code : 'unknown';
}
