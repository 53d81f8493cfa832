/** Session descriptions (RFC 8866) as far as the exchange looks into them. */

/** Static payload types that may stand without rtpmap (RFC 3551). */
const staticNames: Readonly<Record<string, string>> = { 0: 'pcmu', 8: 'pcma', 9: 'g722', 13: 'cn' };

/**
 * The description with only the named codecs left in its media lines (names in small letters, as in rtpmap).
 * @returns the text unchanged where nothing would be left.
 */
export function keepCodecs(sdp: string, names: readonly string[]): string {
  const lines = sdp.split(/\r?\n/).filter((line) => line !== '');
  const nameOf = new Map<string, string>(Object.entries(staticNames));
  for (const line of lines) {
    const [, type, name] = /^a=rtpmap:(\d+) ([^/\s]+)/.exec(line) ?? [];
    if (type !== undefined && name !== undefined) nameOf.set(type, name.toLowerCase());
  }
  const stays = (type: string): boolean => names.includes(nameOf.get(type) ?? '');
  let emptied = false;
  const kept = lines.flatMap((line) => {
    const media = /^(m=\S+ \d+ \S+) (.*)$/.exec(line);
    if (media) {
      const types = (media[2] ?? '').split(' ').filter(stays);
      emptied ||= types.length === 0;
      return [`${media[1]} ${types.join(' ')}`];
    }
    const about = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d+)/.exec(line);
    return about?.[1] === undefined || stays(about[1]) ? [line] : [];
  });
  return emptied ? sdp : `${kept.join('\r\n')}\r\n`;
}

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** The direction of the first media line (RFC 3264 §5.1; without one it is sendrecv). */
export function directionOf(sdp: string): Direction {
  const media = sdp.slice(Math.max(0, sdp.search(/^m=/m)));
  const found =
    /^a=(sendrecv|sendonly|recvonly|inactive)\s*$/m.exec(media) ??
    /^a=(sendrecv|sendonly|recvonly|inactive)\s*$/m.exec(sdp);
  const direction = found?.[1];
  return direction === 'sendonly' || direction === 'recvonly' || direction === 'inactive'
    ? direction
    : 'sendrecv';
}

/** The same session in another direction, in every place where it says one. */
export function withDirection(sdp: string, direction: Direction): string {
  return sdp.replaceAll(/^a=(?:sendrecv|sendonly|recvonly|inactive)(?=\s*$)/gm, `a=${direction}`);
}

/** The DTLS fingerprint: another one means another peer connection at the other side (RFC 8842 §5.1). */
export function fingerprintOf(sdp: string): string | null {
  return /^a=fingerprint:(\S+ \S+)\s*$/im.exec(sdp)?.[1]?.toLowerCase() ?? null;
}
