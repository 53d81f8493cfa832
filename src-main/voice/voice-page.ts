/** One voice page that owns the sound: its commands are timed, and all fail at once when it goes. */
import type { Clock } from '../host.ts';
import { asVoiceError, VoiceError } from './voice-error.ts';
import type { VoiceClient } from './voice-client.ts';

export interface VoicePage {
  readonly client: VoiceClient;
  /** @param limitMs a page that has not answered by then counts as not answering. Errors: VoiceError. */
  ask<T>(limitMs: number, command: (rpc: VoiceClient['rpc']) => Promise<T>): Promise<T>;
  /** Rejects everything that is pending, and every later command. */
  gone(): void;
}

export function createVoicePage(client: VoiceClient, clock: Clock): VoicePage {
  const pending = new Set<(error: VoiceError) => void>();
  let isGone = false;
  return {
    client,
    ask: (limitMs, command) => {
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
        const timer = clock.after(limitMs, () =>
          fail(new VoiceError('NO_VOICE', `the voice page did not answer within ${limitMs} ms`)),
        );
        pending.add(fail);
        command(client.rpc).then(
          (value) => {
            settle();
            resolve(value);
          },
          (cause: unknown) => fail(asVoiceError(cause)),
        );
      });
    },
    gone: () => {
      isGone = true;
      for (const fail of pending) fail(new VoiceError('NO_VOICE', 'the voice page has gone'));
    },
  };
}
