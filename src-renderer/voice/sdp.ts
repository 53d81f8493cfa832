/** What the page reads in a session description; everything else in it is the browser's business. */

export type MediaDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

interface AudioSection {
  readonly media: string;
  readonly lines: readonly string[];
  readonly session: readonly string[];
}

/**
 * Why a description cannot be a call's audio, or null. Looked at before the browser sees it, because a browser may be
 * left half-way in a description that it takes and then cannot use.
 */
export function sdpFault(sdp: string): string | null {
  if (!/^v=0\r?\n/.test(sdp)) return 'not a session description';
  const audio = audioSection(sdp);
  if (!audio) return 'no audio';
  const [, port, transport] = audio.media.split(' ');
  // RFC 3264 §6: a port of zero rejects the stream.
  if (port === '0') return 'audio refused';
  if (!/^UDP\/TLS\/RTP\/SAVPF?$|^(TCP|UDP)\/DTLS\/RTP\/SAVPF?$|^RTP\/SAVPF$/.test(transport ?? ''))
    return `audio over ${transport ?? 'nothing'}, not DTLS-SRTP`;
  for (const needed of ['fingerprint', 'ice-ufrag', 'ice-pwd'])
    if (![...audio.lines, ...audio.session].some((line) => line.startsWith(`a=${needed}:`)))
      return `no ${needed}`;
  return null;
}

/** The direction the other side gave its audio, as it sees it; sendrecv where it says nothing (RFC 8866 §6.7). */
export function remoteDirection(sdp: string): MediaDirection {
  const audio = audioSection(sdp);
  return directionIn(audio?.lines ?? []) ?? directionIn(audio?.session ?? []) ?? 'sendrecv';
}

/** RFC 3264 §8.4: who sends only, or not at all, has put the call on hold. */
export function heldBy(direction: MediaDirection): boolean {
  return direction === 'sendonly' || direction === 'inactive';
}

/** The direction to offer: sendonly holds the other side, inactive when it holds us already (RFC 3264 §8.4). */
export function offeredDirection(hold: boolean, heldThere: boolean): MediaDirection {
  if (!hold) return 'sendrecv';
  return heldThere ? 'inactive' : 'sendonly';
}

/**
 * Their description with Opus forward error correction asked for, which makes our encoder send it. RFC 7587 §6.1 has it
 * off unless asked for, every Opus decoder can use or skip it, and Asterisk, which only hands packets on, never asks.
 */
export function askingForErrorCorrection(sdp: string): string {
  const payload = /^a=rtpmap:(\d+) opus\/48000/im.exec(sdp)?.[1];
  if (payload === undefined) return sdp;
  const parameters = new RegExp(`^a=fmtp:${payload} .*?(?=\\r?$)`, 'm');
  const given = parameters.exec(sdp)?.[0];
  if (given?.includes('useinbandfec=')) return sdp;
  if (given !== undefined) return sdp.replace(parameters, (line) => `${line};useinbandfec=1`);
  return sdp.replace(
    new RegExp(`^a=rtpmap:${payload} opus.*?(\\r?\\n)`, 'im'),
    (line, end: string) => `${line}a=fmtp:${payload} useinbandfec=1${end}`,
  );
}

function directionIn(lines: readonly string[]): MediaDirection | undefined {
  for (const line of lines) {
    const found = /^a=(sendrecv|sendonly|recvonly|inactive)$/.exec(line);
    if (found) return found[1] as MediaDirection;
  }
  return undefined;
}

function audioSection(sdp: string): AudioSection | undefined {
  const sections: string[][] = [[]];
  for (const line of sdp.split(/\r?\n/)) {
    if (line.startsWith('m=')) sections.push([]);
    sections.at(-1)?.push(line.trim());
  }
  const [session = [], ...media] = sections;
  const audio = media.find((lines) => lines[0]?.startsWith('m=audio '));
  return audio?.[0] === undefined ? undefined : { media: audio[0], lines: audio, session };
}
