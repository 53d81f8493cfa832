/** Why the call desk refused a command; the codes are the desk contract's. */
export class CallDeskError extends Error {
  readonly code: 'NOT_ALLOWED' | 'NOT_FOUND' | 'WRONG_STATE' | 'LINE_DOWN' | 'BAD_NUMBER';
  /** For WRONG_STATE: the state the call or the operator is in. */
  readonly state: string | undefined;
  constructor(code: CallDeskError['code'], message: string, state?: string) {
    super(message);
    this.name = 'CallDeskError';
    this.code = code;
    this.state = state;
  }
}
