/** A desk page without a screen: the desk contract over a real MessageChannel, and the latest snapshot of everything. */
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { RPCHandler } from '@orpc/server/message-port';
import type { CallCard, deskContract, DeskEvent } from '#shared/contract/desk.ts';
import type { Call } from '#shared/model/call.ts';
import type { DeskRouter } from '../../src-main/pages/desk-router.ts';
import { until } from './until.ts';

type EventOf<Type extends DeskEvent['type']> = Extract<DeskEvent, { type: Type }>;
export interface ShownCall {
  readonly call: Call;
  readonly card: CallCard;
}

export class DeskPage {
  readonly rpc: ContractRouterClient<typeof deskContract>;
  /** Everything that was told, in order. */
  readonly events: DeskEvent[] = [];
  readonly calls = new Map<string, ShownCall>();
  readonly gone: string[] = [];
  readonly #latest = new Map<DeskEvent['type'], DeskEvent>();
  readonly #port: MessagePort;
  readonly #leaving = new AbortController();
  readonly watching: Promise<void>;

  constructor(router: DeskRouter) {
    const { port1, port2 } = new MessageChannel();
    new RPCHandler(router).upgrade(port2, { context: {} });
    port2.start();
    this.#port = port1;
    this.rpc = createORPCClient(new RPCLink({ port: port1 }));
    port1.start();
    this.watching = this.#watch();
  }

  get session() {
    return this.#told('session').session;
  }
  get line() {
    return this.#told('line').line;
  }
  get sync() {
    return this.#told('sync').sync;
  }
  get operator() {
    return this.#told('operator').operator;
  }
  get history() {
    return this.#told('history');
  }
  /** The number that a link brought; null: none that was not seen. */
  get dialWish() {
    const event = this.#latest.get('dial-wish');
    return event?.type === 'dial-wish' ? event.wish : null;
  }
  get audio() {
    return this.#told('audio').audio;
  }

  /** The call, as shown now. */
  shown(callId: string): ShownCall {
    const shown = this.calls.get(callId);
    if (!shown) throw new Error('the call is not shown');
    return shown;
  }

  /** Waits until what is shown fits. */
  async until(what: string, fits: () => boolean): Promise<void> {
    await until(what, fits, 15_000);
  }

  /** Everything has been told once. */
  async complete(): Promise<void> {
    await this.until('a whole picture', () => this.#latest.size >= 5);
  }

  /** The tab is closed. */
  leave(): void {
    this.#leaving.abort();
    this.#port.close();
  }

  #told<Type extends DeskEvent['type']>(type: Type): EventOf<Type> {
    const event = this.#latest.get(type);
    if (!event) throw new Error(`no ${type} was told`);
    return event as EventOf<Type>;
  }

  async #watch(): Promise<void> {
    try {
      const events = await this.rpc.watch(undefined, { signal: this.#leaving.signal });
      for await (const event of events) this.#take(event);
    } catch (error) {
      if (!this.#leaving.signal.aborted) throw error;
    }
  }

  #take(event: DeskEvent): void {
    this.events.push(event);
    if (event.type === 'call') this.calls.set(event.call.callId, event);
    else if (event.type === 'call.gone') {
      this.calls.delete(event.callId);
      this.gone.push(event.callId);
    } else this.#latest.set(event.type, event);
  }
}

/** The code with which the desk refused, and what it said beside it; fails when it did not refuse. */
export async function refusal(command: Promise<unknown>): Promise<{ code: string; data: unknown }> {
  try {
    await command;
  } catch (error) {
    const { code, data } = error as { code?: unknown; data?: unknown };
    return { code: String(code), data };
  }
  throw new Error('it was not refused');
}
