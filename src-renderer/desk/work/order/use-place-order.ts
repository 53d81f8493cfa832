import { useState } from 'react';
import type { CallCard } from '#shared/contract/desk.ts';
import type { Draft } from '#shared/model/draft.ts';
import type { FormFault } from '#shared/model/form.ts';
import type { JsonObject } from '#shared/model/json.ts';
import { useDesk } from '../../rpc/desk-client.ts';
import { errorCode, errorData } from '../../ui/desk-error.ts';
import type { DraftKeeper } from '../draft/draft-keeper.ts';

export interface OrderPlacing {
  /** Saving, or saved and not yet told of by the stream. */
  readonly busy: boolean;
  /** Why main did not save it, where the fault is not the operator's to mend in the form. */
  readonly error: unknown;
  /** Must-say items that main misses. */
  readonly unsaidInMain: readonly string[];
  readonly place: (draft: Draft, answers: JsonObject) => Promise<void>;
}

/** Saves the order; a fault in the form goes to `formRefused`. */
export function usePlaceOrder(
  callId: string,
  card: CallCard,
  keeper: DraftKeeper,
  formRefused: (faults: readonly FormFault[]) => void,
): OrderPlacing {
  const desk = useDesk();
  const [sending, setSending] = useState(false);
  const [orderId, setOrderId] = useState<string>();
  const [error, setError] = useState<unknown>();
  const [unsaidInMain, setUnsaidInMain] = useState<readonly string[]>([]);
  const told = orderId === undefined || card.orders.some((one) => one.order.orderId === orderId);
  const busy = sending || !told;

  return {
    busy,
    error,
    unsaidInMain,
    async place(draft, answers) {
      if (busy) return;
      setSending(true);
      setError(undefined);
      setUnsaidInMain([]);
      // What is saved leaves out answers of fields that are no longer there; the screen keeps them.
      const sent = { ...draft, form: answers };
      keeper.noteSent(sent);
      try {
        await keeper.flush();
        const placed = await desk.calls.placeOrder({ callId, draft: sent });
        setOrderId(placed.orderId);
      } catch (refusal) {
        const { items, faults } = errorData(refusal);
        if (errorCode(refusal) === 'UNSAID' && Array.isArray(items))
          setUnsaidInMain(items.filter((item) => typeof item === 'string'));
        else if (errorCode(refusal) === 'FORM_INVALID' && Array.isArray(faults))
          formRefused(faults as readonly FormFault[]);
        else setError(refusal);
      } finally {
        setSending(false);
      }
    },
  };
}
