/** Asks the desk for a sign of life: everything that was sent before has been looked at when it answers. */
import { randomBytes } from 'node:crypto';
import type { SipStub } from '../../support/sip-stub.ts';
import { writeSip } from '../../support/sip-text.ts';

/** Milliseconds until the answer came. Throws where none comes within 20 s. */
export async function askOptions(pbx: SipStub, user: string): Promise<number> {
  const began = performance.now();
  const id = randomBytes(8).toString('hex');
  let read = pbx.received.length;
  pbx.send(
    writeSip(`OPTIONS ${pbx.contact(user)} SIP/2.0`, [
      `Via: SIP/2.0/WS stub.invalid;branch=z9hG4bK${id}`,
      'Max-Forwards: 70',
      'From: <sip:stub@stub.invalid>;tag=1',
      `To: <sip:${user}@practice.centrala>`,
      `Call-ID: ${id}@stub`,
      'CSeq: 1 OPTIONS',
    ]),
    user,
  );
  while (performance.now() - began < 20_000) {
    for (; read < pbx.received.length; read++) {
      const message = pbx.received[read];
      if (message?.status !== null && message?.header('call-id') === `${id}@stub`)
        return performance.now() - began;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('the desk no longer answers OPTIONS');
}
