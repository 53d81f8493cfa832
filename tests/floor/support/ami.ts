/** Asterisk's manager interface (AMI): actions, and waiting for events. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export type AmiMessage = Readonly<Record<string, string>>;

export interface Ami {
  /** Events heard since the connection was made, oldest first. */
  readonly events: readonly AmiMessage[];
  /** The response to one action. Throws when Asterisk refuses it. */
  act(action: string, fields?: Readonly<Record<string, string>>): Promise<AmiMessage>;
  /** What the Asterisk console prints for a command. */
  command(line: string): Promise<string>;
  /** The first event, heard already or to come, for which `holds`; `from` skips that many heard ones. */
  waitForEvent(
    what: string,
    holds: (event: AmiMessage) => boolean,
    options?: { readonly from?: number; readonly withinMs?: number },
  ): Promise<AmiMessage>;
  close(): void;
}

interface Waiting {
  readonly holds: (event: AmiMessage) => boolean;
  readonly heard: (event: AmiMessage) => void;
}

/** Connects and signs in. Throws when nobody listens there, or the secret is wrong. */
export async function openAmi(port: number, user: string, secret: string): Promise<Ami> {
  const socket = connect({ host: '127.0.0.1', port });
  await once(socket, 'connect');
  const ami = serve(socket);
  await ami.act('Login', { Username: user, Secret: secret });
  return ami;
}

function serve(socket: Socket): Ami {
  const events: AmiMessage[] = [];
  const waiting = new Set<Waiting>();
  const answers = new Map<
    string,
    { resolve: (message: AmiMessage) => void; reject: (error: Error) => void }
  >();
  let actions = 0;
  let rest = '';

  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    rest += text;
    for (let end = rest.indexOf('\r\n\r\n'); end >= 0; end = rest.indexOf('\r\n\r\n')) {
      take(parse(rest.slice(0, end)));
      rest = rest.slice(end + 4);
    }
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    for (const answer of answers.values()) answer.reject(new Error('AMI connection is closed'));
    answers.clear();
  });

  function take(message: AmiMessage): void {
    if (message['Event'] !== undefined) {
      events.push(message);
      for (const one of waiting) if (one.holds(message)) one.heard(message);
      return;
    }
    const answer = answers.get(message['ActionID'] ?? '');
    answers.delete(message['ActionID'] ?? '');
    if (message['Response'] === 'Error')
      answer?.reject(new Error(`Asterisk refuses: ${message['Message'] ?? '?'}`));
    else answer?.resolve(message);
  }

  const ami: Ami = {
    events,
    act(action, fields = {}) {
      const id = String(++actions);
      const lines = Object.entries({ Action: action, ActionID: id, ...fields });
      return new Promise((resolve, reject) => {
        if (socket.destroyed) {
          reject(new Error('AMI connection is closed'));
          return;
        }
        answers.set(id, { resolve, reject });
        socket.write(`${lines.map(([key, value]) => `${key}: ${value}`).join('\r\n')}\r\n\r\n`);
      });
    },
    async command(line) {
      const answer = await ami.act('Command', { Command: line });
      return answer['Output'] ?? '';
    },
    waitForEvent(what, holds, { from = 0, withinMs = 30_000 } = {}) {
      const already = events.slice(from).find(holds);
      if (already) return Promise.resolve(already);
      return new Promise((resolve, reject) => {
        const one: Waiting = {
          holds,
          heard: (event) => {
            clearTimeout(timer);
            waiting.delete(one);
            resolve(event);
          },
        };
        const timer = setTimeout(() => {
          waiting.delete(one);
          reject(new Error(`waited ${withinMs / 1000} s in vain for: ${what}`));
        }, withinMs);
        waiting.add(one);
      });
    },
    close: () => socket.destroy(),
  };
  return ami;
}

/** One message; the greeting line is skipped, the lines of a key that comes again are joined. */
function parse(text: string): AmiMessage {
  const message: Record<string, string> = {};
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    const key = line.slice(0, colon);
    const value = line.slice(colon + 1).replace(/^ /, '');
    const earlier = message[key];
    message[key] = earlier === undefined ? value : `${earlier}\n${value}`;
  }
  return message;
}
