/**
 * form: what rjsf asks of a validator, answered by @cfworker/json-schema, which compiles nothing at run time and so
 * works under a Content-Security-Policy without unsafe-eval.
 */
import { Validator, type Schema } from '@cfworker/json-schema';
import {
  createErrorHandler,
  toErrorList,
  toErrorSchema,
  unwrapErrorHandler,
  validationDataMerge,
  type CustomValidator,
  type ErrorTransformer,
  type RJSFSchema,
  type RJSFValidationError,
  type UiSchema,
  type ValidationData,
  type ValidatorType,
} from '@rjsf/utils';
import { formFaults, type FormFault } from '#shared/model/form.ts';
import { withoutAbsent } from '#shared/model/form-answers.ts';
import type { JsonObject } from '#shared/model/json.ts';

export type FormSchema = RJSFSchema;
/** JSON, but not said so: rjsf's types do not end on a type that names itself. */
export type FormData = Record<string, unknown>;
export type FormValidator = ValidatorType<FormData>;

export function createSchemaValidator(): FormValidator {
  let compiled = new WeakMap<object, Validator>();

  const validatorOf = (schema: FormSchema, root: FormSchema): Validator => {
    const known = compiled.get(schema);
    if (known) return known;
    // A part of the schema keeps its references into the whole's definitions.
    const definitions = Object.fromEntries(
      ['$defs', 'definitions'].flatMap((name) =>
        root[name] === undefined ? [] : [[name, root[name] as unknown]],
      ),
    );
    const validator = new Validator({ ...definitions, ...schema } as Schema, '2020-12');
    compiled.set(schema, validator);
    return validator;
  };

  return {
    isValid: (schema, formData, root) => {
      if (typeof schema === 'boolean') return schema;
      try {
        return validatorOf(schema, root).validate(present(formData)).valid;
      } catch {
        // A schema that cannot be read holds for nothing; rjsf asks for no more.
        return false;
      }
    },

    rawValidation(schema: FormSchema, formData?: FormData) {
      try {
        const errors = formFaults({ schema }, (formData ?? {}) as JsonObject);
        return { errors: [...errors] as never[] };
      } catch (error) {
        return { validationError: error instanceof Error ? error : new Error(String(error)) };
      }
    },

    validateFormData(
      formData: FormData | undefined,
      schema: FormSchema,
      customValidate?: CustomValidator<FormData>,
      transformErrors?: ErrorTransformer<FormData>,
      uiSchema?: UiSchema<FormData>,
    ): ValidationData<FormData> {
      const faults = formFaults({ schema }, (formData ?? {}) as JsonObject);
      const told = faults.map((fault) => errorOf(fault));
      const errors = transformErrors ? transformErrors(told, uiSchema) : told;
      const data = { errors, errorSchema: toErrorSchema<FormData>(errors) };
      if (!customValidate) return data;
      const handler = customValidate(
        formData,
        createErrorHandler<FormData>(formData ?? {}),
        uiSchema,
        data.errorSchema,
      );
      const own = unwrapErrorHandler<FormData>(handler);
      const merged = validationDataMerge<FormData>(data, own);
      return { ...merged, errors: toErrorList<FormData>(merged.errorSchema) };
    },

    reset() {
      compiled = new WeakMap();
    },
  };
}

function errorOf(fault: FormFault): RJSFValidationError {
  return {
    name: fault.keyword,
    message: fault.message,
    stack: fault.message,
    property: faultPath(fault)
      .map((part) => `.${part}`)
      .join(''),
  };
}

/** The place of a fault as a list of property names and indexes. */
export function faultPath(fault: Pick<FormFault, 'at'>): readonly string[] {
  return fault.at
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function present(value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? withoutAbsent(value as JsonObject)
    : value;
}
