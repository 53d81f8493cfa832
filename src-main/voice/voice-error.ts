/** Why a media command could not be carried out. */
export class VoiceError extends Error {
  /** NO_VOICE: no page, or it does not answer · NO_PEER: the page has no such call · BAD_SDP: the call is as it was */
  readonly code: 'NO_VOICE' | 'NO_PEER' | 'BAD_SDP';
  constructor(code: VoiceError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'VoiceError';
    this.code = code;
  }
}

/** What a page's command failed with, as a VoiceError; a page that fails in any other way is as good as none. */
export function asVoiceError(cause: unknown): VoiceError {
  if (cause instanceof VoiceError) return cause;
  const code =
    typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  if (code === 'BAD_SDP')
    return new VoiceError('BAD_SDP', 'the description was not accepted', { cause });
  if (code === 'NO_PEER') return new VoiceError('NO_PEER', 'the page has no such peer', { cause });
  return new VoiceError('NO_VOICE', 'the voice page failed', { cause });
}
