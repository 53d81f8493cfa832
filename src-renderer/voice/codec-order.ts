/** Which codecs a call offers, best first. */

const wanted = ['audio/opus', 'audio/pcmu', 'audio/pcma', 'audio/telephone-event'] as const;

/** Opus, then PCMU and PCMA, then the tones of RFC 4733 at every rate; nothing else. */
export function codecOrder<Codec extends { readonly mimeType: string }>(
  codecs: readonly Codec[],
): Codec[] {
  return wanted.flatMap((mimeType) =>
    codecs.filter((codec) => codec.mimeType.toLowerCase() === mimeType),
  );
}
