/** SIP as a test sees it: text in, text out, with nothing taken from the exchange's own parser. */
import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface Message {
  readonly start: string;
  readonly fields: readonly (readonly [string, string])[];
  readonly body: string;
  readonly text: string;
}

function read(text: string): Message {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [start = '', ...lines] = head.split('\r\n');
  return {
    start,
    fields: lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
    body: rest.join('\r\n\r\n'),
    text,
  };
}

export const field = (message: Message, name: string): string =>
  message.fields.find(([one]) => one === name)?.[1] ?? '';
export const fields = (message: Message, name: string): readonly string[] =>
  message.fields.filter(([one]) => one === name).map(([, value]) => value);
export const status = (message: Message): number =>
  Number(/^SIP\/2\.0 (\d{3})/.exec(message.start)?.[1] ?? 0);
export const method = (message: Message): string =>
  status(message) > 0
    ? (field(message, 'cseq').split(' ')[1] ?? '')
    : (message.start.split(' ')[0] ?? '');

/** A WebSocket whose messages are waited for by what they are; nothing is lost between two waits. */
export class Wire {
  readonly socket: WebSocket;
  readonly seen: Message[] = [];
  raw: string[] = [];
  #taken = new Set<Message>();
  readonly #wakes = new Set<() => void>();

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      const text = Buffer.isBuffer(data) ? data.toString('utf8') : '';
      this.raw.push(text);
      if (text.trim() !== '') this.seen.push(read(text));
      for (const wake of this.#wakes) wake();
    });
  }

  static async open(address: string): Promise<Wire> {
    const socket = new WebSocket(address, ['sip']);
    const wire = new Wire(socket);
    await once(socket, 'open');
    return wire;
  }

  send(text: string): void {
    this.socket.send(text);
  }

  /** The next message nobody took yet for which `fits` holds. */
  async next(what: string, fits: (message: Message) => boolean, ms = 8000): Promise<Message> {
    const deadline = Date.now() + ms;
    for (;;) {
      const found = this.seen.find((one) => !this.#taken.has(one) && fits(one));
      if (found) {
        this.#taken.add(found);
        return found;
      }
      const left = deadline - Date.now();
      if (left <= 0)
        throw new Error(`no ${what}; seen: ${this.seen.map((one) => one.start).join(' | ')}`);
      await this.changed(left);
    }
  }

  /** Settles with the next frame, or after `ms`. */
  changed(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#wakes.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#wakes.add(wake);
    });
  }

  async close(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    this.socket.terminate();
    await once(this.socket, 'close');
  }
}
