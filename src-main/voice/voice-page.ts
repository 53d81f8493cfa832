/**
 * One voice page that owns the sound: its commands are timed, and all fail at once when it goes. One that hangs would go on
 * sending what the microphone hears, whatever it is told: it is found by its silence.
 */
import type { Clock } from '../host.ts';
import { asVoiceError, VoiceError } from './voice-error.ts';
import type { VoiceClient } from './voice-client.ts';

export interface VoicePage {
  readonly client: VoiceClient;
  /** @param limitMs a page that has not answered by then counts as not answering. Errors: VoiceError. */
  ask<T>(limitMs: number, command: (rpc: VoiceClient['rpc']) => Promise<T>): Promise<T>;
  /** It has told something: it lives. */
  heard(): void;
  /** Rejects everything that is pending, and every later command. */
  gone(): void;
}

/** For the question whether it lives at all, which any page answers at once. */
const probeMs = 2000;

/**
 * `probe` is a command that costs nothing; `hangs` is told once, when that is not answered either and nothing was heard
 * meanwhile.
 */
export function createVoicePage(
  client: VoiceClient,
  clock: Clock,
  watch: { probe(rpc: VoiceClient['rpc']): Promise<unknown>; hangs(): void },
): VoicePage {
  const pending = new Set<(error: VoiceError) => void>();
  let isGone = false;
  let signs = 0;
  let probing = false;

  function timed<T>(
    limitMs: number,
    command: (rpc: VoiceClient['rpc']) => Promise<T>,
    late: () => void,
  ): Promise<T> {
    if (isGone) return Promise.reject(new VoiceError('NO_VOICE', 'the voice page has gone'));
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        pending.delete(fail);
        timer[Symbol.dispose]();
      };
      const fail = (error: VoiceError): void => {
        settle();
        reject(error);
      };
      const timer = clock.after(limitMs, () => {
        fail(new VoiceError('NO_VOICE', `the voice page did not answer within ${limitMs} ms`));
        late();
      });
      pending.add(fail);
      command(client.rpc).then(
        (value) => {
          signs++;
          settle();
          resolve(value);
        },
        (cause: unknown) => {
          signs++;
          fail(asVoiceError(cause));
        },
      );
    });
  }

  function suspect(): void {
    if (probing || isGone) return;
    probing = true;
    const before = signs;
    const judge = (): void => {
      if (signs === before && !isGone) watch.hangs();
    };
    timed(probeMs, (rpc) => watch.probe(rpc), judge)
      .catch(() => undefined)
      .finally(() => (probing = false));
  }

  return {
    client,
    ask: (limitMs, command) => timed(limitMs, command, suspect),
    heard: () => {
      signs++;
    },
    gone: () => {
      isGone = true;
      for (const fail of pending) fail(new VoiceError('NO_VOICE', 'the voice page has gone'));
    },
  };
}
