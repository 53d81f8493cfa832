/** A session description (RFC 8866) that may leave the house: formats, directions and candidate types, without addresses. */
import type { Pseudonyms } from './pseudonyms.ts';

/** Attributes without a value of their own, or with one of a few. */
const plain =
  /^a=(?:sendrecv|sendonly|recvonly|inactive|rtcp-mux(?:-only)?|rtcp-rsize|ice-lite|end-of-candidates|setup:(?:active|passive|actpass|holdconn)|(?:max)?ptime:\d{1,4}|mid:\d{1,2}|ice-options:(?:trickle|ice2|renomination)|rtpmap:\d{1,3} (?:opus|PCMU|PCMA|G722|G729|telephone-event|CN|red|ulpfec|iLBC|speex)\/\d{4,5}(?:\/\d)?)$/i;
const format =
  /^a=fmtp:\d{1,3} (?:(?:minptime|maxptime|useinbandfec|usedtx|stereo|sprop-stereo|maxplaybackrate|sprop-maxcapturerate|maxaveragebitrate|cbr|annexb)=[\w]{1,6}|\d{1,2}(?:-\d{1,2})?)(?:; ?(?:minptime|maxptime|useinbandfec|usedtx|stereo|sprop-stereo|maxplaybackrate|sprop-maxcapturerate|maxaveragebitrate|cbr)=\w{1,6})*$/;
const media = /^m=(audio|video|application) (\d{1,5}) ([A-Z/]{7,30})((?: \d{1,3}){0,30})$/;
const candidate =
  /^a=candidate:\S+ (\d) (udp|tcp) \d+ (\S+) \d{1,5} typ (host|srflx|prflx|relay)(?: |$)/i;
const connection = /^c=IN (IP[46]) (\S+)$/;
/** Whose value says who or where, or would let a reader in. */
const named =
  /^a=(fingerprint|ice-ufrag|ice-pwd|crypto|ssrc|msid|msid-semantic|rtcp|group|extmap|cname|rtpmap|fmtp|rtcp-fb|candidate)\b/;

export function maskedSdp(body: string, stands: Pseudonyms): string[] {
  return body
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => maskedLine(line, stands));
}

function maskedLine(line: string, stands: Pseudonyms): string {
  if (line === 'v=0' || line === 't=0 0' || plain.test(line) || format.test(line)) return line;
  const [, kind, port, protocol, formats] = media.exec(line) ?? [];
  if (kind !== undefined) return `m=${kind} ${port === '0' ? '0' : 'port'} ${protocol}${formats}`;
  const [, component, transport, address = '', type] = candidate.exec(line) ?? [];
  if (component !== undefined)
    return `a=candidate ${component} ${transport} ${stands.of('host', address)} typ ${type}`;
  const [, family, host = ''] = connection.exec(line) ?? [];
  if (family !== undefined) return `c=IN ${family} ${stands.of('host', host)}`;
  const attribute = named.exec(line)?.[1];
  if (attribute !== undefined) return `a=${attribute}:…`;
  return /^[a-z]=/.test(line) ? `${line.slice(0, 2)}…` : '…';
}
