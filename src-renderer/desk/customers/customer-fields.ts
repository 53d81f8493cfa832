import { sameJson } from '#shared/model/condition.ts';
import type { ContactNumber, Customer, CustomerFields } from '#shared/model/customer.ts';
import type { Language } from '#shared/model/language.ts';
import { formatNumber, toE164 } from '#shared/model/phone-number.ts';

/** A customer's fields as they are typed. */
export interface TypedCustomer {
  readonly name: string;
  readonly numbers: readonly { readonly written: string; readonly kind: ContactNumber['kind'] }[];
  readonly street: string;
  readonly postCode: string;
  readonly town: string;
  readonly email: string;
  readonly language: Language | null;
  readonly note: string;
}

export type TypedFault = 'name' | 'numbers' | 'address';

export function typedCustomer(fields: CustomerFields, region: string): TypedCustomer {
  return {
    name: fields.name,
    numbers: fields.numbers.map((one) => ({
      written: formatNumber(one.number, region),
      kind: one.kind,
    })),
    street: fields.address?.street ?? '',
    postCode: fields.address?.postCode ?? '',
    town: fields.address?.town ?? '',
    email: fields.email ?? '',
    language: fields.language,
    note: fields.note,
  };
}

export function newCustomer(number: string | null): CustomerFields {
  return {
    name: '',
    numbers: number === null ? [] : [{ number, kind: 'mobile' }],
    address: null,
    email: null,
    since: null,
    language: null,
    note: '',
    data: {},
  };
}

/**
 * What was typed, as a customer's fields over `before`, or what is wrong with it. A number is understood in the national form
 * of `region`; an empty line of the list of numbers is no number.
 */
export function fieldsOf(
  typed: TypedCustomer,
  before: CustomerFields,
  region: string,
): { readonly fields: CustomerFields } | { readonly faults: readonly TypedFault[] } {
  const written = typed.numbers.filter((one) => one.written.trim() !== '');
  const numbers = written.flatMap((one) => {
    // A number that was not touched stays as it is, also where it is none that could be dialled today.
    const same = before.numbers.find((old) => formatNumber(old.number, region) === one.written);
    const number = same?.number ?? toE164(one.written, region);
    return number === null ? [] : [{ number, kind: one.kind }];
  });
  const [street, postCode, town] = [typed.street.trim(), typed.postCode.trim(), typed.town.trim()];
  const name = typed.name.trim();
  const faults: TypedFault[] = [];
  if (name === '') faults.push('name');
  if (numbers.length < written.length) faults.push('numbers');
  const anyAddress = street !== '' || postCode !== '' || town !== '';
  if (anyAddress && town === '') faults.push('address');
  if (faults.length > 0) return { faults };
  return {
    fields: {
      ...before,
      name,
      numbers,
      address: anyAddress
        ? { street, postCode, town, country: before.address?.country ?? region }
        : null,
      email: typed.email.trim() || null,
      language: typed.language,
      note: typed.note,
    },
  };
}

/** Only the fields that differ: others may have changed the rest meanwhile. */
export function changedFields(customer: Customer, fields: CustomerFields): Partial<CustomerFields> {
  const names = Object.keys(fields) as (keyof CustomerFields)[];
  return Object.fromEntries(
    names
      .filter((name) => name in fields && !sameJson(customer[name], fields[name]))
      .map((name) => [name, fields[name]]),
  );
}
