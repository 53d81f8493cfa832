/** An exchange for tests: SIP over a real WebSocket, an honest digest registrar, and calls led by hand. */
import { createHash, randomBytes } from 'node:crypto';
import { createServer as createHttp, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { sdp } from './fake-voice-page.ts';
import { readSip, tagOf, uriOf, writeSip, type SipText } from './sip-text.ts';
import { StubCall } from './stub-call.ts';

export interface SipStubOptions {
  readonly algorithm?: 'MD5' | 'SHA-256';
  readonly port?: number;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Longest registration granted, seconds. */
  readonly expires?: number;
}

const hex = (bytes = 4): string => randomBytes(bytes).toString('hex');

export class SipStub {
  readonly accounts = new Map([['ana', 'p1']]);
  /** Everything the desk sent, in order. */
  readonly received: SipText[] = [];
  readonly calls = new Map<string, StubCall>();
  /** Says what becomes of a REGISTER before credentials are looked at; null: go on. */
  beforeRegister: (request: SipText) => { status: number; headers?: string[] } | null = () => null;
  /**
   * What becomes of an INVITE with Replaces (RFC 3891): the dialog is replaced and hung up in, or it is refused with this
   * status, or left without an answer. By default the exchange knows none of it.
   */
  replaces: 'done' | 'done before the answer' | 'silence' | number = 420;
  /** A call made by the desk. */
  onCall: (call: StubCall) => void = () => undefined;
  /** A SUBSCRIBE of the desk; null: 481 as for everything unknown. */
  onSubscribe: ((request: SipText) => { status: number; headers?: string[] }) | null = null;
  /** Answers CRLF keep-alives (RFC 5626 §4.4.1). */
  pongs = true;
  /** Double CRLFs that came. */
  crlfs = 0;
  registrations = 0;
  #server: Server | null = null;
  #sockets: WebSocketServer | null = null;
  #port: number;
  readonly #options: SipStubOptions;
  readonly #bindings = new Map<string, { socket: WebSocket; contact: string }>();
  /** Answers still go to where the last one was registered who has left. */
  #last: { socket: WebSocket; contact: string } | undefined;
  readonly #nonces = new Set<string>();

  private constructor(options: SipStubOptions) {
    this.#options = options;
    this.#port = options.port ?? 0;
  }

  static async start(options: SipStubOptions = {}): Promise<SipStub> {
    const stub = new SipStub(options);
    await stub.listen();
    return stub;
  }

  get url(): string {
    return `${this.#options.tls ? 'wss' : 'ws'}://127.0.0.1:${this.#port}`;
  }

  async listen(): Promise<void> {
    const { tls } = this.#options;
    // Weak keys are for the desk to refuse.
    const server: Server = tls
      ? createHttps({ ...tls, ciphers: 'DEFAULT@SECLEVEL=0' })
      : createHttp();
    this.#server = server;
    this.#sockets = new WebSocketServer({
      server,
      handleProtocols: (protocols) => (protocols.has('sip') ? 'sip' : false),
    });
    this.#sockets.on('connection', (socket) => this.#serve(socket));
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
  }

  /** As after a crash: sockets are cut, bindings and dialogs forgotten unless `keepCalls`. */
  async stop(keepCalls = false): Promise<void> {
    this.drop();
    this.#bindings.clear();
    if (!keepCalls) this.calls.clear();
    this.#sockets?.close();
    const server = this.#server;
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  /** Cuts all sockets without a word. */
  drop(): void {
    for (const socket of this.#sockets?.clients ?? []) socket.terminate();
  }

  /** The black hole: sockets stay open, nothing is read or answered any more. */
  freeze(): void {
    for (const socket of this.#sockets?.clients ?? []) socket.pause();
  }

  bound(user = 'ana'): boolean {
    return this.#bindings.has(user);
  }

  requests(method: string): SipText[] {
    return this.received.filter((message) => message.method === method);
  }

  /** Sends raw text to the desk. */
  send(text: string, user = 'ana'): void {
    const binding = this.#bindingOf(user);
    if (!binding) throw new Error(`${user} is not registered`);
    binding.socket.send(text);
  }

  contact(user = 'ana'): string {
    return this.#bindingOf(user)?.contact ?? '';
  }

  /** Who is not registered under this name is taken for whoever registered last. */
  #bindingOf(user: string): { socket: WebSocket; contact: string } | undefined {
    return this.#bindings.get(user) ?? [...this.#bindings.values()].at(-1) ?? this.#last;
  }

  /** Rings the desk. `sdp` null: an INVITE without an offer. */
  invite(
    options: {
      headers?: string[];
      from?: string;
      to?: string;
      sdp?: string | null;
      type?: string;
      /** Whose desk rings, where there are several. */
      user?: string;
    } = {},
  ): StubCall {
    const call = new StubCall({
      stub: this,
      callId: `${hex(8)}@stub`,
      localAddress: `${options.from ?? '"Marija Žagar" <sip:041123456@stub.test>'};tag=${hex()}`,
      remoteAddress: options.to ?? '<sip:ana@stub.test>',
      remoteTarget: this.contact(options.user),
      user: options.user,
    });
    this.calls.set(call.callId, call);
    call.invite(options.headers ?? [], options.sdp, options.type);
    return call;
  }

  #serve(socket: WebSocket): void {
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      const text = Buffer.isBuffer(data) ? data.toString('utf8') : '';
      if (text === '\r\n\r\n') {
        this.crlfs++;
        return this.pongs ? socket.send('\r\n') : undefined;
      }
      const message = readSip(text);
      this.received.push(message);
      if (message.method === 'REGISTER') return this.#register(socket, message);
      const call = this.calls.get(message.header('call-id'));
      if (call) return call.receive(message);
      if (message.method === 'INVITE') return this.#take(message);
      if (message.method === 'SUBSCRIBE' && this.onSubscribe) {
        const { status, headers } = this.onSubscribe(message);
        return this.reply(socket, message, status, headers);
      }
      if (message.method && message.method !== 'ACK') this.reply(socket, message, 481);
    });
  }

  #take(request: SipText): void {
    const call = new StubCall({
      stub: this,
      callId: request.header('call-id'),
      localAddress: `${request.header('to')};tag=${hex()}`,
      remoteAddress: request.header('from'),
      remoteTarget: uriOf(request.header('contact')),
      request,
      user: /sip:([^@>]+)@/.exec(request.header('from'))?.[1],
    });
    this.calls.set(call.callId, call);
    const replaces = request.header('replaces');
    if (replaces) return this.#replace(call, replaces);
    this.onCall(call);
  }

  /** RFC 3891 §3: the tags must be those of the dialog, to-tag the one on this side. */
  #replace(call: StubCall, replaces: string): void {
    const { replaces: how } = this;
    const [callId = '', ...params] = replaces.split(';');
    const replaced = this.calls.get(callId);
    const fits =
      replaced?.localTag === /to-tag=(.*)/.exec(params.join('\n'))?.[1]?.split('\n')[0] &&
      replaced?.remoteTag === /from-tag=(.*)/.exec(params.join('\n'))?.[1]?.split('\n')[0];
    if (how === 'silence') return;
    if (typeof how === 'number') return call.respond(how, null, ['Unsupported: replaces']);
    if (!replaced || !fits) return call.respond(481);
    if (how === 'done before the answer') replaced.bye();
    call.respond(200, sdp());
    if (how === 'done') replaced.bye();
  }

  #register(socket: WebSocket, request: SipText): void {
    const early = this.beforeRegister(request);
    // Status 0: not a word.
    if (early?.status === 0) return undefined;
    if (early) return this.reply(socket, request, early.status, early.headers);
    const user = /sip:([^@]+)@/.exec(request.header('to'))?.[1] ?? '';
    if (!this.#isAuthorised(request, user)) {
      const nonce = hex(8);
      this.#nonces.add(nonce);
      const algorithm = this.#options.algorithm ?? 'MD5';
      return this.reply(socket, request, 401, [
        `WWW-Authenticate: Digest realm="stub", nonce="${nonce}", qop="auth", algorithm=${algorithm}`,
      ]);
    }
    const contact = request.header('contact');
    const asked = Number(/;expires=(\d+)/.exec(contact)?.[1] ?? 300);
    const granted = Math.min(asked, this.#options.expires ?? 3600);
    if (granted === 0) this.#bindings.delete(user);
    else {
      this.#bindings.delete(user);
      this.#last = { socket, contact: uriOf(contact) };
      this.#bindings.set(user, this.#last);
      this.registrations++;
    }
    this.reply(socket, request, 200, [
      `Contact: ${contact.replace(/;expires=\d+/, '')};expires=${granted}`,
    ]);
  }

  #isAuthorised(request: SipText, user: string): boolean {
    const given = request.header('authorization');
    const part = (name: string): string =>
      new RegExp(`[ ,]${name}="?([^",]+)`).exec(given)?.[1] ?? '';
    if (!given || !this.#nonces.has(part('nonce'))) return false;
    const algorithm = this.#options.algorithm === 'SHA-256' ? 'sha256' : 'md5';
    const hash = (text: string): string => createHash(algorithm).update(text).digest('hex');
    const ha1 = hash(`${user}:stub:${this.accounts.get(user) ?? hex()}`);
    const ha2 = hash(`REGISTER:${part('uri')}`);
    const expected = [ha1, part('nonce'), part('nc'), part('cnonce'), part('qop'), ha2].join(':');
    return (
      hash(expected) === part('response') &&
      part('algorithm') === (this.#options.algorithm ?? 'MD5')
    );
  }

  reply(socket: WebSocket, request: SipText, status: number, extra: readonly string[] = []): void {
    const to = request.header('to');
    // The same tag for all requests of one Call-ID, as a dialog needs it.
    const tag = createHash('md5').update(request.header('call-id')).digest('hex').slice(0, 8);
    socket.send(
      writeSip(`SIP/2.0 ${status} ${status === 200 ? 'OK' : 'No'}`, [
        ...request.headers('via').map((via) => `Via: ${via}`),
        `From: ${request.header('from')}`,
        `To: ${tagOf(to) ? to : `${to};tag=${tag}`}`,
        `Call-ID: ${request.header('call-id')}`,
        `CSeq: ${request.header('cseq')}`,
        ...extra,
      ]),
    );
  }
}
