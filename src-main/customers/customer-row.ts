/** A customer as columns of the base: small, because there may be a million of them. */
import type { Customer, ContactNumber } from '#shared/model/customer.ts';
import type { Bindable } from '../store/connection.ts';

export interface CustomerRow {
  readonly row: number;
  readonly customer_id: Uint8Array;
  readonly version: number;
  readonly name: string;
  readonly numbers: string;
  readonly street: string | null;
  readonly post_code: string | null;
  readonly town: string | null;
  readonly country: string | null;
  readonly email: string | null;
  readonly since: number | null;
  readonly language: string | null;
  readonly note: string | null;
  readonly data: string | null;
}

export const customerColumns =
  'row, customer_id, version, name, numbers, street, post_code, town, country, email, since, language, note, data';

const kinds: Readonly<Record<ContactNumber['kind'], string>> = {
  mobile: 'm',
  home: 'h',
  work: 'w',
  other: 'o',
};
const kindOf: Readonly<Record<string, ContactNumber['kind']>> = {
  m: 'mobile',
  h: 'home',
  w: 'work',
  o: 'other',
};

/** In the order of `customerColumns`, from `version` on. */
export function columnsOf(customer: Customer): readonly Bindable[] {
  const { address } = customer;
  return [
    customer.version,
    customer.name,
    customer.numbers.map(({ number, kind }) => kinds[kind] + number).join(' '),
    address?.street ?? null,
    address?.postCode ?? null,
    address?.town ?? null,
    address?.country ?? null,
    customer.email,
    customer.since,
    customer.language,
    customer.note === '' ? null : customer.note,
    Object.keys(customer.data).length === 0 ? null : JSON.stringify(customer.data),
  ];
}

export function customerOf(row: CustomerRow): Customer {
  return {
    customerId: uuidText(row.customer_id),
    version: row.version,
    name: row.name,
    numbers: row.numbers === '' ? [] : row.numbers.split(' ').map(numberOf),
    address:
      row.street === null
        ? null
        : {
            street: row.street,
            postCode: row.post_code ?? '',
            town: row.town ?? '',
            country: row.country ?? '',
          },
    email: row.email,
    since: row.since,
    language: row.language as Customer['language'],
    note: row.note ?? '',
    data: row.data === null ? {} : (JSON.parse(row.data) as Customer['data']),
  };
}

function numberOf(written: string): ContactNumber {
  return { number: written.slice(1), kind: kindOf[written.slice(0, 1)] ?? 'other' };
}

export function uuidBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

function uuidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
