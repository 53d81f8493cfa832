/** What an exchange says of the mailbox of a line: application/simple-message-summary (RFC 3842 §5.2). */
import type { LineLights } from '#shared/model/line.ts';

type Mailbox = NonNullable<LineLights['mailbox']>;

const longest = 8000;
const most = 1_000_000;

/** null where it is no summary. Only voice messages are counted; where they are not, only whether some wait is known. */
export function readMessageSummary(body: string): Mailbox | null {
  const text = body.slice(0, longest);
  const status = /^Messages-Waiting[ \t]*:[ \t]*(yes|no)[ \t]*$/im.exec(text)?.[1]?.toLowerCase();
  if (status === undefined) return null;
  const [, fresh = '0', old = '0'] =
    /^Voice-Message[ \t]*:[ \t]*(\d{1,9})[ \t]*\/[ \t]*(\d{1,9})/im.exec(text) ?? [];
  return {
    waiting: status === 'yes',
    fresh: Math.min(Number(fresh), most),
    old: Math.min(Number(old), most),
  };
}
