/** Opens a WebSocket to the exchange, and tells why where that comes to nothing. */
import net from 'node:net';
import tls, { type PeerCertificate } from 'node:tls';
import { WebSocket } from 'ws';
import { certificateDetail, certificateFault, checkIdentity } from './certificate.ts';

/** Why the exchange could not be reached. */
export class ConnectError extends Error {
  readonly problem: 'unreachable' | 'certificate' | 'timeout' | 'gone' | 'moved';
  constructor(problem: ConnectError['problem'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ConnectError';
    this.problem = problem;
  }
}

export interface ExchangeSocket {
  readonly socket: WebSocket;
  /** What it complained of last. */
  readonly problem: Error | null;
  /** Why it closed with this code before it was open. */
  fault(code: number): ConnectError;
}

/** An exchange that does not close its side holds nothing here; an option of ws that its types do not know yet. */
const closing = { closeTimeout: 1000 };
const handshakeMs = 2500;
/**
 * Who does not answer a SYN, nor the second one after a second (RFC 6298 §2), is not waited for as long as somebody who is slow
 * with the rest: the third SYN would come after three seconds, and a new attempt has its first at once.
 */
const answeredWithinMs = 1250;

/**
 * @param server ws:// or wss://
 * @param ca PEM; what a wss server must be vouched for by.
 * Errors: ConnectError where the address is none.
 */
export function openExchangeSocket(server: string, ca: readonly string[]): ExchangeSocket {
  let shown: PeerCertificate | null = null;
  let problem: Error | null = null;
  const connect = (given: tls.ConnectionOptions): net.Socket => {
    // Else it would be taken for the path of a local socket.
    const options = { ...given, path: undefined };
    return patient(
      server.startsWith('wss:')
        ? connectTls(options, (certificate) => (shown = certificate))
        : net.connect(options as net.TcpNetConnectOpts),
      options.host ?? '',
    );
  };
  let socket: WebSocket;
  try {
    socket = new WebSocket(server, ['sip'], {
      handshakeTimeout: handshakeMs,
      ...closing,
      perMessageDeflate: false,
      maxPayload: 1_048_576,
      ca: [...ca],
      createConnection: connect as typeof net.createConnection,
    });
  } catch (error) {
    throw new ConnectError('unreachable', String(error), { cause: error });
  }
  socket.on('error', (error) => (problem = error));
  return {
    socket,
    get problem() {
      return problem;
    },
    fault: (code) => connectError(problem, shown, code),
  };
}

/** Counts from when the name is known: a resolver has its own patience. */
function patient<Socket extends net.Socket>(socket: Socket, host: string): Socket {
  let limit: ReturnType<typeof setTimeout> | undefined;
  const begin = (): void => {
    limit = setTimeout(
      () => socket.destroy(new Error('connecting has timed out')),
      answeredWithinMs,
    );
  };
  if (net.isIP(host)) begin();
  else socket.once('lookup', begin);
  for (const event of ['connect', 'close'] as const) socket.once(event, () => clearTimeout(limit));
  return socket;
}

function connectTls(
  options: tls.ConnectionOptions,
  showed: (certificate: PeerCertificate) => void,
): tls.TLSSocket {
  const { host = '' } = options;
  const socket = tls.connect({
    ...options,
    // Whatever NODE_TLS_REJECT_UNAUTHORIZED says in this environment.
    rejectUnauthorized: true,
    checkServerIdentity: checkIdentity,
    ...(options.servername === undefined && { servername: net.isIP(host) ? '' : host }),
  });
  // "secure" comes before the verdict: afterwards a refused certificate can no longer be read.
  socket.prependListener('secure', () => showed(socket.getPeerCertificate()));
  return socket;
}

function connectError(
  problem: Error | null,
  shown: PeerCertificate | null,
  code: number,
): ConnectError {
  if (!problem) return new ConnectError('gone', `closed (${code})`);
  const fault = certificateFault(problem);
  if (fault)
    return new ConnectError('certificate', certificateDetail(fault, shown), { cause: problem });
  // The system has asked for the neighbour in vain (RFC 4861 §7.3.3, and ARP alike).
  const timedOut = /timed out|EHOSTUNREACH|EHOSTDOWN/i.test(problem.message);
  return new ConnectError(timedOut ? 'timeout' : 'unreachable', problem.message, {
    cause: problem,
  });
}
