import type { FormFault } from '#shared/model/form.ts';

/** An order that may not be saved as it is; nothing was written, the draft is untouched. */
export class OrderRefused extends Error {
  readonly refused:
    | { readonly code: 'UNSAID'; readonly items: readonly string[] }
    | { readonly code: 'FORM_INVALID'; readonly faults: readonly FormFault[] };
  constructor(refused: OrderRefused['refused']) {
    super(`The order may not be saved: ${refused.code}`);
    this.name = 'OrderRefused';
    this.refused = refused;
  }
}
