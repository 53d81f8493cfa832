/** Why signing in, or choosing a server, did not work; the codes are those of the desk contract. */
export class SessionError extends Error {
  readonly code: 'BAD_CREDENTIALS' | 'TOO_MANY_TRIES' | 'OFFLINE' | 'BAD_SERVER' | 'NOT_ALLOWED';
  /** For BAD_SERVER: what is wrong with it. */
  readonly reason: string;
  constructor(code: SessionError['code'], reason = '', options?: ErrorOptions) {
    super(`Signing in: ${code}`, options);
    this.name = 'SessionError';
    this.code = code;
    this.reason = reason;
  }
}
