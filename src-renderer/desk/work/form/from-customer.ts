import type { Customer } from '#shared/model/customer.ts';
import { fieldsInUse, type FormDefinition } from '#shared/model/form.ts';
import type { JsonObject } from '#shared/model/json.ts';
import { formatNumber } from '#shared/model/phone-number.ts';

/**
 * What the customer's card knows for fields of the form that are still empty: properties named name, street,
 * postCode, town, email or number are taken to mean the customer's own.
 */
export function fromCustomer(
  form: FormDefinition,
  customer: Customer | null,
  answers: JsonObject,
  region: string,
): JsonObject {
  if (!customer) return {};
  const main = customer.numbers[0];
  const known: Readonly<Record<string, string | null | undefined>> = {
    name: customer.name,
    street: customer.address?.street,
    postCode: customer.address?.postCode,
    town: customer.address?.town,
    email: customer.email,
    number: main && formatNumber(main.number, region),
  };
  const fields = fieldsInUse(form, answers);
  const filled: JsonObject = {};
  for (const [name, value] of Object.entries(known))
    if (fields.has(name) && value && !(name in answers)) filled[name] = value;
  return filled;
}
