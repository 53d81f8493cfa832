/** A desk's line without a desk on the floor's Asterisk; without another voice page it has no media. */
import type { LineAccount } from '#shared/model/line.ts';
import type { Log } from '../../../src-main/log.ts';
import { systemClock } from '../../../src-main/system-clock.ts';
import { createSipLine, type SipLine } from '../../../src-main/telephony/sip-line.ts';
import type { VoiceClient } from '../../../src-main/voice/voice-client.ts';
import { createVoiceLink, type VoiceLink } from '../../../src-main/voice/voice-link.ts';
import { FakeVoicePage } from '../../support/fake-voice-page.ts';

const quiet: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export interface BareLine extends AsyncDisposable {
  readonly line: SipLine;
  readonly voice: VoiceLink;
}

export function bareLine(
  extension: string,
  {
    extraCa = [],
    page = new FakeVoicePage().client,
    noiseSuppression = false,
  }: {
    readonly extraCa?: readonly string[];
    readonly page?: VoiceClient;
    readonly noiseSuppression?: boolean;
  } = {},
): BareLine {
  const voice = createVoiceLink({
    onVoicePage: (arrived) => {
      arrived(page);
      return { [Symbol.dispose]: () => undefined };
    },
    clock: systemClock,
    log: quiet,
    wishes: {
      microphones: [],
      speakers: [],
      ringers: [],
      ringVolume: 1,
      noiseSuppression,
    },
  });
  const line = createSipLine({
    voice,
    clock: systemClock,
    log: quiet,
    userAgent: 'Centrala',
    extraCa,
    instanceId: `00000000-0000-4000-8000-${extension.padStart(12, '0')}`,
  });
  return {
    line,
    voice,
    async [Symbol.asyncDispose]() {
      await line.close();
      line[Symbol.dispose]();
      voice[Symbol.dispose]();
    },
  };
}

export function bareAccount(
  extension: string,
  secret: string,
  exchange: string,
  domain: string,
  watches: readonly string[] = [],
): LineAccount {
  return {
    extension,
    sipUser: extension,
    secret,
    exchange,
    domain,
    displayName: '',
    iceServers: [],
    outsidePrefix: '',
    watches: [...watches],
  };
}
