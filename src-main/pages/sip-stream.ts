/** The SIP ladder as a stream: what was recorded, then each new message. */
import type { SipMessage } from '#shared/contract/desk.ts';

interface Recorder {
  recordedSip(): readonly SipMessage[];
  subscribe(seen: (message: SipMessage) => void): Disposable;
}

export async function* sipStream(
  recorder: Recorder,
  signal: AbortSignal | undefined,
): AsyncGenerator<SipMessage, void> {
  const waiting = [...recorder.recordedSip()];
  let wake = (): void => {};
  const subscription = recorder.subscribe((message) => {
    waiting.push(message);
    wake();
  });
  const stop = (): void => wake();
  signal?.addEventListener('abort', stop);
  try {
    while (!signal?.aborted) {
      const message = waiting.shift();
      if (message) yield message;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    subscription[Symbol.dispose]();
    signal?.removeEventListener('abort', stop);
  }
}
