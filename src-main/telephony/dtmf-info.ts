/** Keypad tones by INFO (RFC 6086; the body "application/dtmf-relay" is the custom all exchanges follow), one after another. */
import type { Session } from 'sip.js';
import { LineError } from '../calls/line.ts';
import type { Clock } from '../host.ts';
import { isUnanswered, statusLine } from './response-said.ts';

const toneMs = 160;
/** "," waits as in the W3C's insertDTMF. */
const commaMs = 2000;
const answerMs = 5000;

/** Errors: LineError REFUSED where the other side takes no INFO, NO_ANSWER, WRONG_STATE where the call has ended. */
export async function sendInfoTones(session: Session, tones: string, clock: Clock): Promise<void> {
  for (const tone of tones) {
    if (tone === ',') await new Promise<void>((resolve) => void clock.after(commaMs, resolve));
    else await sendTone(session, tone, clock);
  }
}

function sendTone(session: Session, tone: string, clock: Clock): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (code: LineError['code'], detail: string, cause?: unknown): void => {
      limit[Symbol.dispose]();
      reject(new LineError(code, detail, { cause }));
    };
    const limit = clock.after(answerMs, () => fail('NO_ANSWER', 'no answer'));
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
            limit[Symbol.dispose]();
            resolve();
          },
          onReject: ({ message }) =>
            fail(isUnanswered(message) ? 'NO_ANSWER' : 'REFUSED', statusLine(message)),
        },
      })
      .catch((error: unknown) => fail('WRONG_STATE', 'the call ended', error));
  });
}
