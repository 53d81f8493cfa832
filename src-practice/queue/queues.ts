/** The queues: who waits, who is free, who is rung next. */
import type { Switchboard } from '../calls/switchboard.ts';
import type { Flow } from '../sip/flow.ts';
import { startWaitingCall } from './waiting-call.ts';
import type { CallerParts, WaitingCall } from './waiting-call.ts';

export interface Queues {
  join(id: string, caller: CallerParts): WaitingCall;
  calls(): readonly WaitingCall[];
  /** An operator registered or became free: look who waits. */
  look(): void;
  flowClosed(flow: Flow): void;
  close(): void;
}

/** @param over called when a call is gone. */
export function createQueues(board: Switchboard, over: (call: WaitingCall) => void): Queues {
  /** In the order they joined. */
  const calls = new Map<string, WaitingCall>();
  let timer: Disposable | null = null;
  let closed = false;

  /** Whom to ring for a call: the line that has rested longest from it, or when to look again. */
  function look(): void {
    timer?.[Symbol.dispose]();
    timer = null;
    if (closed) return;
    let again = Number.POSITIVE_INFINITY;
    for (const call of [...calls.values()].filter(({ view }) => view.phase === 'waiting')) {
      const free = call.queue.extensions
        .filter((one) => board.bindingOf(one) !== null && !board.engaged(one))
        .map((extension) => ({ extension, rest: call.restsUntil(extension) }))
        .sort((a, b) => a.rest - b.rest);
      const [first] = free;
      if (!first) continue;
      if (first.rest <= board.clock.now()) call.offer(first.extension);
      else again = Math.min(again, first.rest);
    }
    if (again < Number.POSITIVE_INFINITY)
      timer = board.clock.after(Math.max(1, again - board.clock.now()), look);
  }

  return {
    join(id, caller) {
      const call = startWaitingCall(board, id, caller, ({ gone }) => {
        if (gone !== null) {
          calls.delete(id);
          over(call);
        }
        look();
      });
      calls.set(id, call);
      look();
      return call;
    },
    calls: () => [...calls.values()],
    look,
    flowClosed(flow) {
      for (const call of calls.values()) call.flowClosed(flow);
    },
    close() {
      closed = true;
      timer?.[Symbol.dispose]();
      for (const call of calls.values()) call.close();
    },
  };
}
