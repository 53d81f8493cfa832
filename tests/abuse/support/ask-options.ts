/** Asks the desk for a sign of life: everything that was sent before has been looked at when it answers. */
import { randomBytes } from 'node:crypto';
import type { SipStub } from '../../support/sip-stub.ts';
import { writeSip } from '../../support/sip-text.ts';

const againAfterMs = 250;

/** Milliseconds until the answer came. Throws where none comes within 20 s. */
export async function askOptions(pbx: SipStub, user: string): Promise<number> {
  const began = performance.now();
  const id = randomBytes(8).toString('hex');
  let read = pbx.received.length;
  let asked = 0;
  while (performance.now() - began < 20_000) {
    // A desk that is flooded may refuse one: then it is asked again.
    if (performance.now() - began >= asked * againAfterMs)
      pbx.send(
        writeSip(`OPTIONS ${pbx.contact(user)} SIP/2.0`, [
          `Via: SIP/2.0/WS stub.invalid;branch=z9hG4bK${id}${asked++}`,
          'Max-Forwards: 70',
          'From: <sip:stub@stub.invalid>;tag=1',
          `To: <sip:${user}@practice.centrala>`,
          `Call-ID: ${id}@stub`,
          `CSeq: ${asked} OPTIONS`,
        ]),
        user,
      );
    for (; read < pbx.received.length; read++) {
      const message = pbx.received[read];
      if (message?.status !== null && message?.header('call-id') === `${id}@stub`)
        return performance.now() - began;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('the desk no longer answers OPTIONS');
}
