/** wire: how a page reaches main. This is the desk contract's link: it reconnects by itself and never repeats a command. */
import { createORPCClient, ORPCError, type ClientContext, type ClientLink } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import type { DeskEvent, deskContract } from '#shared/contract/desk.ts';

export type DeskClient = ContractRouterClient<typeof deskContract>;

/** One living connection to main, over a port or a socket. */
export interface Connection {
  readonly rpc: ClientLink<ClientContext>;
  /** Settles when the other side is gone or `close` was called. */
  readonly closed: Promise<void>;
  /** Milliseconds since 1970 of the last message that came in. */
  lastHeard(): number;
  close(): void;
}

/** Makes a connection; rejects where there is none to be had now. */
export type Connect = (signal: AbortSignal) => Promise<Connection>;

export interface WatchListener {
  /** A new watch begins; its first events tell the whole state. */
  began(): void;
  event(event: DeskEvent): void;
  /** The whole state has been told. */
  settled(): void;
  lost(): void;
}

export interface DeskLink extends Disposable {
  readonly client: DeskClient;
}

export interface DeskLinkTimes {
  /** Longest wait for one answer, in ms; then the call rejects with TIMEOUT. */
  readonly answer: number;
  /** First and longest pause between two tries to connect, in ms. */
  readonly firstRetry: number;
  readonly longestRetry: number;
  /** How long after its first event a watch has surely told its whole state, in ms. */
  readonly settle: number;
}

const usualTimes: DeskLinkTimes = {
  answer: 10_000,
  firstRetry: 250,
  longestRetry: 3000,
  settle: 500,
};

/**
 * A client of desk main that outlives its connections, with one watch kept running. Calls made while there is no
 * connection reject with LINK_DOWN, unanswered ones with TIMEOUT; neither is tried again, because only a
 * person knows whether a command should be given twice.
 */
export function createDeskLink(
  connect: Connect,
  listener: WatchListener,
  times: DeskLinkTimes = usualTimes,
): DeskLink {
  const life = new AbortController();
  let current: Connection | undefined;

  const link: ClientLink<ClientContext> = {
    call: async (path, input, options) => {
      const connection = current;
      if (!connection) throw linkDown();
      const since = Date.now();
      const patience = new AbortController();
      const timer = setTimeout(() => {
        patience.abort();
        // A port whose other end died without a word answers nothing at all: begin anew.
        if (connection.lastHeard() < since) connection.close();
      }, times.answer);
      const signals = [patience.signal, ...(options.signal ? [options.signal] : [])];
      try {
        return await connection.rpc.call(path, input, {
          ...options,
          signal: AbortSignal.any(signals),
        });
      } catch (error) {
        if (patience.signal.aborted) throw new ORPCError('TIMEOUT');
        if (error instanceof ORPCError || options.signal?.aborted) throw error;
        throw linkDown();
      } finally {
        clearTimeout(timer);
      }
    },
  };
  const client: DeskClient = createORPCClient(link);

  /** Lives as long as the connection; rejects or returns when it is gone. */
  const watch = async (connection: Connection): Promise<void> => {
    const scope = new AbortController();
    let settle: ReturnType<typeof setTimeout> | undefined;
    void connection.closed.then(() => scope.abort());
    try {
      const events = await client.watch(undefined, { signal: scope.signal });
      listener.began();
      for await (const event of events) {
        listener.event(event);
        settle ??= setTimeout(() => listener.settled(), times.settle);
      }
    } finally {
      clearTimeout(settle);
    }
  };

  const run = async (): Promise<void> => {
    let pause = times.firstRetry;
    while (!life.signal.aborted) {
      try {
        const connection = await connect(life.signal);
        current = connection;
        // At once: a call given to a port that closed would never be answered.
        void connection.closed.then(() => {
          if (current === connection) current = undefined;
        });
        life.signal.addEventListener('abort', () => connection.close(), { once: true });
        const began = Date.now();
        await watch(connection).finally(() => connection.close());
        if (Date.now() - began > times.longestRetry) pause = times.firstRetry;
      } catch {
        // Not there, or gone: both are told by `lost`, and tried again.
      }
      current = undefined;
      if (life.signal.aborted) return;
      listener.lost();
      await sleep(pause, life.signal);
      pause = Math.min(pause * 2, times.longestRetry);
    }
  };
  void run();

  return { client, [Symbol.dispose]: () => life.abort() };
}

function linkDown(): ORPCError<'LINK_DOWN', undefined> {
  return new ORPCError('LINK_DOWN', { status: 503, message: 'No connection to desk main' });
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const stop = () => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
