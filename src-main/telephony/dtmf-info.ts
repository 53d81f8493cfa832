/** Keypad tones by INFO (RFC 6086; the body "application/dtmf-relay" is the custom all exchanges follow), one after another. */
import type { Session } from 'sip.js';
import { LineError } from '../calls/line.ts';
import type { Clock } from '../host.ts';
import type { Listeners } from '../listeners.ts';
import { isUnanswered, statusLine } from './response-said.ts';

const toneMs = 160;
/** "," waits as in the W3C's insertDTMF. */
const commaMs = 2000;
const answerMs = 5000;

interface ToneDeps {
  readonly deps: { readonly clock: Clock };
  /** The socket is gone. */
  readonly lost: Listeners<void>;
}

/** Errors: LineError REFUSED where the other side takes no INFO, NO_ANSWER, WRONG_STATE where the call has ended. */
export async function sendInfoTones(
  session: Session,
  tones: string,
  line: ToneDeps,
): Promise<void> {
  for (const tone of tones) {
    if (tone === ',') await pause(line);
    else await sendTone(session, tone, line);
  }
}

/** No longer than the socket lives: who waits for this one's turn would wait with it. */
function pause({ deps, lost }: ToneDeps): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      limit[Symbol.dispose]();
      heard[Symbol.dispose]();
      resolve();
    };
    const limit = deps.clock.after(commaMs, done);
    const heard = lost.add(done);
  });
}

function sendTone(session: Session, tone: string, { deps, lost }: ToneDeps): Promise<void> {
  return new Promise((resolve, reject) => {
    const stopWaiting = (): void => {
      limit[Symbol.dispose]();
      heard[Symbol.dispose]();
    };
    const fail = (code: LineError['code'], detail: string, cause?: unknown): void => {
      stopWaiting();
      reject(new LineError(code, detail, { cause }));
    };
    const limit = deps.clock.after(answerMs, () => fail('NO_ANSWER', 'no answer'));
    const heard = lost.add(() => fail('NO_ANSWER', 'the line was lost'));
    session
      .info({
        requestOptions: {
          body: {
            contentDisposition: 'render',
            contentType: 'application/dtmf-relay',
            content: `Signal=${tone}\r\nDuration=${toneMs}\r\n`,
          },
        },
        requestDelegate: {
          onAccept: () => {
            stopWaiting();
            resolve();
          },
          onReject: ({ message }) =>
            fail(isUnanswered(message) ? 'NO_ANSWER' : 'REFUSED', statusLine(message)),
        },
      })
      .catch((error: unknown) => fail('WRONG_STATE', 'the call ended', error));
  });
}
