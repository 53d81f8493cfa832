/** One voice page as main sees it, over whichever transport the host has. */
import type { ContractRouterClient } from '@orpc/contract';
import type { voiceContract } from '#shared/contract/voice.ts';

export interface VoiceClient {
  readonly rpc: ContractRouterClient<typeof voiceContract>;
  /** Settles when the page has gone; calls made after that reject at once. */
  readonly closed: Promise<void>;
  /** Ends a page that does not answer any more; where the host can, another one takes its place. */
  end(): void;
}
