/**
 * The centre file: one YAML or JSON file that describes a call centre. This is its shape; reading it, with line numbers
 * for every fault, is the server's (src-server/centre). The practice exchange reads its lines, queues and customers.
 */
import * as z from 'zod';
import { Address, ContactNumber } from './customer.ts';
import { FormDefinition } from './form.ts';
import { Language } from './language.ts';
import { LineAccount } from './line.ts';
import { Money } from './money.ts';
import { Region } from './phone-number.ts';
import { Project } from './project.ts';
import { Role } from './role.ts';
import { Script } from './script.ts';

const Slug = z.string().regex(/^[a-z0-9-]{1,60}$/, 'small letters, digits and "-"');

/** A number as a person writes it; made E.164 when the file is read, in the organisation's region. */
const WrittenNumber = z.string().min(2).max(40);

export const CentrePerson = z.strictObject({
  username: z.string().regex(/^[a-z0-9._-]{2,40}$/),
  name: z.string().min(1).max(100),
  /** Left out: the person cannot sign in until an administrator sets one. */
  password: z.string().min(8).max(128).optional(),
  role: Role,
  line: LineAccount.pick({ extension: true, sipUser: true, secret: true }).strict().optional(),
  projects: z.array(Slug).default([]),
});

export const CentreHistory = z.strictObject({
  at: z.iso.datetime(),
  kind: z.enum(['call', 'order', 'application', 'refused', 'callback', 'note']),
  project: Slug.optional(),
  code: z.string().optional(),
  reason: z.string().optional(),
  text: z.string().default(''),
  amount: Money.optional(),
  operator: z.string().optional(),
});

export const CentreCustomer = z.strictObject({
  /** Stable name of the customer in this file: loading it again changes the same customer. */
  key: z.string().min(1).max(100),
  name: z.string().min(1).max(200),
  numbers: z
    .array(
      z.union([
        WrittenNumber,
        z.strictObject({ number: WrittenNumber, kind: ContactNumber.shape.kind }),
      ]),
    )
    .min(1),
  address: Address.partial({ country: true }).optional(),
  email: z.string().max(200).optional(),
  since: z.int().optional(),
  language: Language.optional(),
  note: z.string().optional(),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
  history: z.array(CentreHistory).optional(),
});
export type CentreCustomer = z.infer<typeof CentreCustomer>;

export const CentreProject = Project.omit({
  numbers: true,
  region: true,
  zone: true,
  currency: true,
  defaultLanguage: true,
})
  .extend({
    projectId: Slug,
    numbers: z.array(WrittenNumber).default([]),
    region: Region.optional(),
    zone: z.string().optional(),
    currency: z.string().optional(),
    defaultLanguage: Language.optional(),
  })
  .strict();

export const CentreFile = z.strictObject({
  centre: z.literal(1),
  organisation: z.strictObject({
    name: z.string().min(1).max(100),
    region: Region,
    zone: z.string(),
    currency: z.string().regex(/^[A-Z]{3}$/),
    language: Language,
  }),
  exchange: z.strictObject({
    address: z.url({ protocol: /^wss?$/ }),
    domain: z.string().min(1),
    outsidePrefix: z.string().max(10).default(''),
    iceServers: LineAccount.shape.iceServers.default([]),
    ami: z
      .strictObject({ host: z.string(), port: z.int(), user: z.string(), secret: z.string() })
      .optional(),
  }),
  people: z.array(CentrePerson),
  projects: z.array(CentreProject),
  scripts: z.array(Script).default([]),
  forms: z.array(FormDefinition).default([]),
  customers: z
    .union([
      z.array(CentreCustomer),
      /** Beside the centre file; the first line names the columns: key,name,number,number2,street,postCode,town,email,since,language,note. */
      z.strictObject({ csv: z.string(), separator: z.string().length(1).default(',') }),
    ])
    .default([]),
});
export type CentreFile = z.infer<typeof CentreFile>;
