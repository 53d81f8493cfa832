/** Port: what a host (Electron, or plain Node with a browser) offers the desk. */
import type { VoiceClient } from './voice/voice-client.ts';
import type { Log } from './log.ts';

/** Wraps and unwraps the base's key; a host that has no safe place says so instead of pretending. */
export interface SecretBox {
  /** keychain: the system's own. file: readable by this user only, the key as it is. Shown on the settings screen. */
  readonly keptIn: 'keychain' | 'file';
  wrap(secret: Uint8Array): Promise<Uint8Array>;
  unwrap(wrapped: Uint8Array): Promise<Uint8Array>;
}

/** Time as the desk sees it; tests bring their own. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Calls back after `ms`; the result cancels, twice is fine. */
  after(ms: number, run: () => void): Disposable;
}

/** A ringing call, for the small always-on-top window; null takes the window away. */
export interface PopNotice {
  readonly callId: string;
  readonly customer: string | null;
  readonly number: string | null;
  readonly project: string | null;
  readonly colour: string | null;
  readonly greeting: string | null;
  readonly waitedSeconds: number | null;
}

export interface Host {
  readonly name: 'electron' | 'browser';
  /** Everything the desk stores is below this folder. */
  readonly dataFolder: string;
  readonly secrets: SecretBox;
  readonly clock: Clock;
  readonly log: Log;
  /** The server set by environment or managed settings; null lets the person choose. */
  readonly server: string | null;
  showPop(notice: PopNotice | null): void;
  /** A voice page has arrived; `client.closed` settles when it has gone. */
  onVoicePage(arrived: (client: VoiceClient) => void): Disposable;
  /** A link or the global dial key brought a number, as it was written. */
  onDialWish(asked: (written: string) => void): Disposable;
  /** The machine woke up, or its network changed: look at the line now. */
  onWake(woke: () => void): Disposable;
}
