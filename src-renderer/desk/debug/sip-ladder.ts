/** How a SIP message stands in the ladder: what it says in two words, and of which call it is. Pure. */
import type { SipMessage } from '#shared/contract/desk.ts';

export interface Rung {
  /** "INVITE" or "200 OK". */
  readonly says: string;
  /** Method the answer belongs to (from CSeq), or the request's target. */
  readonly about: string;
  readonly kind: 'request' | 'provisional' | 'success' | 'failure';
}

export function rungOf({ line, text }: Pick<SipMessage, 'line' | 'text'>): Rung {
  const [, code, words] = /^SIP\/2\.0 (\d{3}) ?(.*)$/.exec(line) ?? [];
  if (code !== undefined) {
    const [, cseq = ''] = /^CSeq:\s*(\d+ \w+)/im.exec(text) ?? [];
    return { says: `${code} ${words ?? ''}`.trim(), about: cseq, kind: kindOf(code) };
  }
  const [method = line, target = ''] = line.split(' ');
  return { says: method, about: target, kind: 'request' };
}

/** A challenge (401, 407) is the usual way to authenticate, not a failure. */
function kindOf(code: string): Rung['kind'] {
  if (code.startsWith('1') || code === '401' || code === '407') return 'provisional';
  return code < '300' ? 'success' : 'failure';
}

export interface Dialog {
  readonly sipCallId: string;
  /** What began it: INVITE, REGISTER … */
  readonly method: string;
  readonly at: string;
}

/** The SIP calls among the messages, newest first. */
export function dialogsOf(messages: readonly SipMessage[]): readonly Dialog[] {
  const dialogs = new Map<string, Dialog>();
  for (const message of messages) {
    if (message.callId === null || dialogs.has(message.callId)) continue;
    const { says, kind } = rungOf(message);
    dialogs.set(message.callId, {
      sipCallId: message.callId,
      method: kind === 'request' ? says : '…',
      at: message.at,
    });
  }
  return [...dialogs.values()].toReversed();
}
