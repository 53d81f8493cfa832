import { Templates } from '@rjsf/mantine';
import type { BaseInputTemplateProps } from '@rjsf/utils';
import type { FormData } from './schema-validator.ts';

/** A field for text or a number; empty is an empty text to React, so that the field stays a controlled one. */
export function TextField(props: BaseInputTemplateProps<FormData>) {
  const { BaseInputTemplate: Field } = Templates;
  const value: unknown = props.value;
  return Field ? <Field {...props} value={value ?? ''} /> : null;
}

/** The fields show their own faults; a second list under them would be read twice. */
export function NoFaults() {
  return null;
}
