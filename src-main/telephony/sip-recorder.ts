/** The SIP ladder: the last messages of the line, secrets struck out. */
import type { SipMessage } from '#shared/contract/desk.ts';
import type { Clock } from '../host.ts';
import { Listeners } from '../listeners.ts';

export interface SipRecorder {
  /** The last 500 messages, oldest first. */
  recordedSip(): readonly SipMessage[];
  /** Each new message. */
  subscribe(seen: (message: SipMessage) => void): Disposable;
}

const kept = 500;

export class SipRecording implements SipRecorder {
  readonly #clock: Clock;
  readonly #messages: SipMessage[] = [];
  readonly #subscribers = new Listeners<SipMessage>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  recordedSip(): readonly SipMessage[] {
    return [...this.#messages];
  }

  subscribe(seen: (message: SipMessage) => void): Disposable {
    return this.#subscribers.add(seen);
  }

  add(direction: SipMessage['direction'], raw: string): void {
    const text = withoutSecrets(raw.slice(0, 65_536));
    const message: SipMessage = {
      at: new Date(this.#clock.now()).toISOString(),
      direction,
      line: text.split(/\r?\n/, 1)[0] ?? '',
      callId: /^(?:Call-ID|i)[ \t]*:[ \t]*(\S+)/im.exec(text)?.[1] ?? null,
      text,
    };
    this.#messages.push(message);
    if (this.#messages.length > kept) this.#messages.shift();
    this.#subscribers.tell(message);
  }
}

/**
 * The message without what would let a reader in: credentials, challenges, and the keys of the media (ICE password of
 * RFC 8839 §5.4, SDES key of RFC 4568). Folded header lines go with their header.
 */
export function withoutSecrets(text: string): string {
  return text
    .replaceAll(
      /^((?:Proxy-)?Authorization|(?:Proxy|WWW)-Authenticate|Authentication-Info|X-[\w-]*(?:secret|token|password)[\w-]*)([ \t]*:)[^\r\n]*(?:\r?\n[ \t]+[^\r\n]*)*/gim,
      '$1$2 ***',
    )
    .replaceAll(/^(a=(?:ice-pwd|crypto):)[^\r\n]*/gim, '$1***');
}
