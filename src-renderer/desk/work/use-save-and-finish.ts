import { useState } from 'react';
import { unsaidItems, type Draft } from '#shared/model/draft.ts';
import type { MustSayItem } from '#shared/model/script.ts';
import { useDesk } from '../rpc/desk-client.ts';
import type { CallEntry } from '../state/desk-state.ts';
import { useCommand } from '../ui/use-command.tsx';
import type { DraftKeeper } from './draft/draft-keeper.ts';
import {
  finishBlock,
  likelyOutcome,
  type Chosen,
  type FinishBlock,
} from './finish/finish-rules.ts';
import { focusField, type FormState } from './form/use-form-state.ts';
import { usePlaceOrder } from './order/use-place-order.ts';
import { mustSayId } from './script/MustSayList.tsx';

export interface SaveAndFinish {
  /** An order is saved here or with the server. */
  readonly saved: boolean;
  readonly saving: boolean;
  readonly saveError: unknown;
  readonly unsaid: readonly MustSayItem[];
  readonly save: () => void;
  readonly chosen: Chosen;
  readonly choose: (chosen: Chosen) => void;
  readonly block: FinishBlock;
  readonly triedToFinish: boolean;
  readonly finishing: boolean;
  readonly finish: () => void;
  /** What F9 does now. */
  readonly f9: 'save' | 'finish';
}

/** Saving the order and ending the wrap-up, and which of the two comes next. */
export function useSaveAndFinish(
  { call, card }: CallEntry,
  draft: Draft,
  keeper: DraftKeeper,
  formState: FormState,
): SaveAndFinish {
  const desk = useDesk();
  const command = useCommand();
  const { callId } = call;
  const placing = usePlaceOrder(callId, card, keeper, formState.attempt);
  const [picked, setPicked] = useState<Chosen>();
  const [tried, setTried] = useState(false);
  const [finishing, setFinishing] = useState(false);

  const outcomes = card.project?.outcomes ?? [];
  const chosen = picked ?? likelyOutcome(call, card);
  const block = finishBlock(call, outcomes, chosen);
  const saved = card.orders.some((one) => one.state !== 'refused');
  const unsaidHere = unsaidItems(draft, card.script ?? undefined);
  // What only main misses is shown, but does not keep the operator from trying again.
  const unsaidInMain = (card.script?.mustSay ?? []).filter(
    (item) => placing.unsaidInMain.includes(item.id) && !unsaidHere.includes(item),
  );
  // A chosen outcome says that there is no order to wait for; so does an empty form after the call.
  const nothingTyped = Object.keys(formState.answers).length === 0 && call.phase === 'ended';
  const kind = outcomes.find((one) => one.code === picked?.outcome)?.kind;
  const noOrder = kind !== undefined && kind !== 'order' && kind !== 'application';
  const f9 = card.form && !saved && !noOrder && !nothingTyped ? 'save' : 'finish';

  const save = (): void => {
    if (!card.form || saved || placing.busy) return;
    formState.attempt();
    const fault = formState.faults[0];
    const item = unsaidHere[0];
    if (fault) focusField(fault.fieldId);
    else if (item) document.getElementById(mustSayId(item.id))?.focus();
    else void placing.place(draft, formState.answers);
  };
  const finish = async (): Promise<void> => {
    setTried(true);
    if (block !== null || finishing) return;
    setFinishing(true);
    await keeper.flush();
    const { outcome, reason } = chosen;
    await command(() =>
      desk.calls.finish({ callId, outcome, reason, note: keeper.view().draft.note }),
    );
    setFinishing(false);
  };
  return {
    saved,
    saving: placing.busy,
    saveError: placing.error,
    unsaid: [...unsaidHere, ...unsaidInMain],
    save,
    chosen,
    choose: (next) => {
      setPicked(next);
      setTried(false);
    },
    block,
    triedToFinish: tried,
    finishing,
    finish: () => void finish(),
    f9,
  };
}
