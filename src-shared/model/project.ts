/** A project: one client's campaign or hotline, with its queues, script, form, outcomes and rules. */
import * as z from 'zod';
import { Language, LocalisedText } from './language.ts';
import { Offer } from './offer.ts';
import { Outcome } from './outcome.ts';
import { E164, Region } from './phone-number.ts';
import { RingTone } from './ring-tone.ts';

export const Project = z.object({
  projectId: z.string().regex(/^[a-z0-9-]{1,60}$/),
  name: LocalisedText,
  /** One of the interface's palette; the colour is never the only sign of the project. */
  colour: z.enum([
    'blue',
    'teal',
    'violet',
    'orange',
    'pink',
    'lime',
    'cyan',
    'grape',
    'indigo',
    'yellow',
  ]),
  /** What the operator says first; {{operator.name}} and {{customer.name}} are merged. */
  greeting: LocalisedText,
  /** Numbers that customers dial to reach this project. */
  numbers: z.array(E164).max(100),
  /** Names of the exchange's queues that carry this project's calls. */
  queues: z.array(z.string().min(1).max(80)).max(100),
  defaultLanguage: Language,
  region: Region,
  /** IANA zone in which this project's times are shown. */
  zone: z.string(),
  currency: z.string().regex(/^[A-Z]{3}$/),
  /** Its queues' calls answer themselves, after a tone that the operator hears. */
  autoAnswer: z.boolean().default(false),
  /** How its calls ring, so that the ear knows the project before the eye. */
  ringTone: RingTone.default('classic'),
  /** Longest wrap-up in seconds; then the operator is Not ready, never Ready. */
  wrapUpSeconds: z.int().min(0).max(3600),
  scriptId: z.string().nullable(),
  formId: z.string().nullable(),
  outcomes: z.array(Outcome).max(100),
  offers: z.array(Offer).max(200),
});
export type Project = z.infer<typeof Project>;
