/** Our line on a real Asterisk, with the product's voice page in Chromium; nothing of the desk's own page. */
import type { BrowserContext, Page } from 'playwright-core';
import type { IncomingLeg } from '../../src-main/calls/line.ts';
import type { VoiceClient } from '../../src-main/voice/voice-client.ts';
import type { VoiceLink } from '../../src-main/voice/voice-link.ts';
import type { Asterisk } from '../floor/support/asterisk.ts';
import { bareAccount, bareLine } from '../floor/support/bare-line.ts';
import { mediaFlags } from '../floor/support/media-flags.ts';
import { waitFor } from '../floor/support/wait-for.ts';
import { VoiceHost } from '../floor/voice/support/voice-host.ts';

export const ourExtension = '201';

export interface ChromiumDeskOptions {
  /** What the microphone says over and over; the browser's own beeps when left out. */
  readonly micWav?: string;
  readonly noiseSuppression: boolean;
  /** Before the page is opened. */
  prepare(context: BrowserContext): Promise<void>;
  /** The page as main sees it, where something is to stand between them; it may still change the page. */
  between?(client: VoiceClient, page: Page): Promise<VoiceClient>;
}

export interface ChromiumDesk {
  readonly page: Page;
  readonly voice: VoiceLink;
  /** Takes the next call that rings; answers its id. */
  answer(): Promise<string>;
}

/** @param stack ends it */
export async function deskInChromium(
  asterisk: Asterisk,
  stack: AsyncDisposableStack,
  options: ChromiumDeskOptions,
): Promise<ChromiumDesk> {
  const host = await VoiceHost.open();
  stack.defer(() => host[Symbol.asyncDispose]());
  const context = await host.browser([...mediaFlags(options.micWav)]);
  await options.prepare(context);
  const { link, page } = await host.page(context);
  await waitFor('the sound proven', () =>
    link.heard.some((event) => event.type === 'devices' && event.proven),
  );
  const own: VoiceClient = {
    rpc: link.rpc,
    closed: link.watched.then(() => undefined),
    end: () => undefined,
  };
  const client = (await options.between?.(own, page)) ?? own;
  const { line, voice } = stack.use(
    bareLine(ourExtension, { page: client, noiseSuppression: options.noiseSuppression }),
  );
  const rung: IncomingLeg[] = [];
  line.onIncoming((incoming) => {
    incoming.leg.listen(() => undefined);
    rung.push(incoming);
  });
  const person = asterisk.centre.people.find((one) => one.line?.extension === ourExtension);
  if (!person?.line) throw new Error(`no line ${ourExtension}`);
  await line.open(
    bareAccount(
      ourExtension,
      person.line.secret,
      asterisk.address,
      asterisk.centre.exchange.domain,
    ),
  );
  await asterisk.waitForRegistered(ourExtension);
  return {
    page,
    voice,
    answer: async () => {
      const incoming = await waitFor('our line to ring', () => rung.shift());
      voice.focus(incoming.leg.callId);
      await incoming.leg.answer();
      return incoming.leg.callId;
    },
  };
}
