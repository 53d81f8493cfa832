/** The Replaces header of an INVITE that comes (RFC 3891), before sip.js looks for the dialog it names. */
import type { JournalledDialog } from '../calls/line.ts';

/** Ended dialogs that are remembered: an exchange that is late is late by seconds. */
const remembered = 50;

/** The key of a dialog as Replaces names it, to-tag ours, or null where the header cannot be read (RFC 3891 §6.1). */
function keyOf(value: string): string | null {
  const [callId = '', ...params] = value.split(';').map((part) => part.trim());
  const tag = (name: string): readonly string[] =>
    params.flatMap((param) => {
      const [key = '', text = ''] = param.split('=');
      return key.trim().toLowerCase() === name ? [text.trim()] : [];
    });
  const [toTag, ...moreTo] = tag('to-tag');
  const [fromTag, ...moreFrom] = tag('from-tag');
  if (!callId || !toTag || !fromTag || moreTo.length + moreFrom.length > 0) return null;
  return `${callId};${toTag};${fromTag}`;
}

export class EndedDialogs {
  readonly #keys = new Set<string>();

  add(dialog: JournalledDialog): void {
    this.#keys.add(`${dialog.sipCallId};${dialog.localTag};${dialog.remoteTag}`);
    const [oldest] = this.#keys;
    if (this.#keys.size > remembered && oldest !== undefined) this.#keys.delete(oldest);
  }

  has(dialog: {
    readonly callId: string;
    readonly localTag: string;
    readonly remoteTag: string;
  }): boolean {
    return this.#keys.has(`${dialog.callId};${dialog.localTag};${dialog.remoteTag}`);
  }

  /**
   * The status to refuse an INVITE with these Replaces headers with, or null. RFC 3891 §3: "If the Request contains more than one
   * Replaces header field …, the UAS MUST reject the request with a 400"; one that "matches a dialog which has already terminated
   * … SHOULD decline the request with a 603".
   */
  refusal(replaces: readonly string[]): 400 | 603 | null {
    const [only] = replaces;
    if (only === undefined) return null;
    const key = replaces.length === 1 ? keyOf(only) : null;
    if (key === null) return 400;
    return this.#keys.has(key) ? 603 : null;
  }
}
