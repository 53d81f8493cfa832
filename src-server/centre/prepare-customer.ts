/** Customers as the centre file and its CSV write them, made into the base's. */
import { v5 as uuidv5 } from 'uuid';
import type { CentreCustomer, CentreFile } from '#shared/model/centre-file.ts';
import { CustomerFields } from '#shared/model/customer.ts';
import { toE164 } from '#shared/model/phone-number.ts';
import type { LoadedCustomer } from './centre.ts';
import type { Path } from './locate.ts';

/** Ids are made of keys in this space (RFC 9562 version 5): the same key is the same customer for ever. */
const customerSpace = '5d0c1c3e-8d62-4a6e-9a3d-0d5c8f1f7a10';

export type Complain = (path: Path, message: string) => void;

/** Complains, with paths inside the customer, and gives null where something is wrong. */
export function prepareCustomer(
  written: CentreCustomer,
  organisation: Pick<CentreFile['organisation'], 'region'>,
  complain: Complain,
): LoadedCustomer | null {
  let sound = true;
  const wrong: Complain = (path, message) => {
    sound = false;
    complain(path, message);
  };
  const customerId = uuidv5(written.key, customerSpace);
  const numbers = written.numbers.flatMap((one, index) => {
    const text = typeof one === 'string' ? one : one.number;
    const number = toE164(text, organisation.region);
    if (number === null) {
      wrong(['numbers', index], `"${text}" is no phone number`);
      return [];
    }
    return [{ number, kind: typeof one === 'string' ? ('mobile' as const) : one.kind }];
  });
  const { name, address, email, since, language, note, data } = written;
  const given = {
    name,
    numbers,
    address: address && { country: organisation.region, ...address },
    email,
    since,
    language,
    note,
    data,
  };
  const fields = CustomerFields.partial()
    .required({ name: true, numbers: true })
    .safeParse(
      Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    );
  for (const issue of fields.error?.issues ?? []) wrong(issue.path, issue.message);
  const history = (written.history ?? []).map((one, index) => ({
    entryId: uuidv5(`history ${index} ${one.at}`, customerId),
    customerId,
    at: one.at,
    kind: one.kind,
    projectId: one.project ?? null,
    code: one.code ?? null,
    reason: one.reason ?? null,
    text: one.text,
    amount: one.amount ?? null,
    operatorName: one.operator ?? null,
  }));
  return sound && fields.success ? { customerId, fields: fields.data, history } : null;
}
