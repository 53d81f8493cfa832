import { useEffect, useState } from 'react';
import type { Customer } from '#shared/model/customer.ts';
import type { TimelineEntry } from '#shared/model/timeline.ts';
import { useDesk } from '../rpc/desk-client.ts';

export interface OpenedCustomer {
  readonly opened:
    | {
        readonly customer: Customer;
        readonly timeline: readonly TimelineEntry[];
        /** How often it was opened before. */
        readonly round: number;
      }
    | undefined;
  /** Why it could not be opened; undefined when it could. */
  readonly failed: unknown;
  /** Opens it again: after an edit, or because it failed. */
  readonly again: () => void;
}

/** A customer and the timeline, as the base has them now. */
export function useOpenedCustomer(customerId: string): OpenedCustomer {
  const desk = useDesk();
  const [round, setRound] = useState(0);
  const [opened, setOpened] = useState<OpenedCustomer['opened']>();
  const [failed, setFailed] = useState<unknown>();
  useEffect(() => {
    let current = true;
    desk.customers.open({ customerId }).then(
      (answer) => {
        if (!current) return;
        setOpened({ ...answer, round });
        setFailed(undefined);
      },
      (error: unknown) => {
        if (current) setFailed(error);
      },
    );
    return () => {
      current = false;
    };
  }, [desk, customerId, round]);
  return { opened, failed, again: () => setRound((count) => count + 1) };
}
