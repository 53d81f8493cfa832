/** SIP messages as text: just enough to read and write them by hand, on purpose without any SIP library. */
export interface SipText {
  readonly first: string;
  /** Of a request. */
  readonly method: string | null;
  /** Of a response. */
  readonly status: number | null;
  readonly body: string;
  readonly raw: string;
  headers(name: string): readonly string[];
  header(name: string): string;
}

export function readSip(raw: string): SipText {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const fields = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  const headers = (name: string): readonly string[] =>
    fields.filter(([key]) => key === name.toLowerCase()).map(([, value]) => value);
  const response = /^SIP\/2\.0 (\d{3})/.exec(first);
  return {
    first,
    method: response ? null : (first.split(' ')[0] ?? ''),
    status: response ? Number(response[1]) : null,
    body: rest.join('\r\n\r\n'),
    raw,
    headers,
    header: (name) => headers(name)[0] ?? '',
  };
}

/** `untyped`: a body goes out as it is, whatever it may be. */
export function writeSip(
  first: string,
  headers: readonly string[],
  body = '',
  untyped = false,
): string {
  const type = body && !untyped && !headers.some((line) => /^content-type:/i.test(line));
  return [
    first,
    ...headers,
    ...(type ? ['Content-Type: application/sdp'] : []),
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

export const tagOf = (address: string): string => /;tag=([^;>\s]+)/.exec(address)?.[1] ?? '';
export const uriOf = (address: string): string => /<([^>]+)>/.exec(address)?.[1] ?? '';
