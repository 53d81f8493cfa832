/** Changes: what the server tells a desk. Each is one whole thing, or its tombstone. */
import * as z from 'zod';
import { Customer } from './customer.ts';
import { FormDefinition } from './form.ts';
import { HandedCard } from './handed-card.ts';
import { Project } from './project.ts';
import { Script } from './script.ts';
import { TimelineEntry } from './timeline.ts';

export const Change = z.discriminatedUnion('entity', [
  z.object({ entity: z.literal('customer'), id: z.string(), body: Customer.nullable() }),
  z.object({ entity: z.literal('project'), id: z.string(), body: Project.nullable() }),
  z.object({ entity: z.literal('script'), id: z.string(), body: Script.nullable() }),
  z.object({ entity: z.literal('form'), id: z.string(), body: FormDefinition.nullable() }),
  z.object({ entity: z.literal('timeline'), id: z.string(), body: TimelineEntry.nullable() }),
  /** Only for the person to whom it was handed; a tombstone when it was taken, withdrawn or is too old. */
  z.object({ entity: z.literal('handed-card'), id: z.string(), body: HandedCard.nullable() }),
]);
/** body null: gone, for everybody or for this person. */
export type Change = z.infer<typeof Change>;
export type EntityName = Change['entity'];
