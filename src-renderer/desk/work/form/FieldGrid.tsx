import { Text, Title } from '@mantine/core';
import { canExpand, type ObjectFieldTemplateProps } from '@rjsf/utils';
import classes from './form.module.css';
import type { FormData, FormSchema } from './schema-validator.ts';

/** The fields of an object: two columns where there is room, long fields over both. */
export function FieldGrid(props: ObjectFieldTemplateProps<FormData>) {
  const { schema, title, description, properties, fieldPathId, registry, uiSchema } = props;
  const isRoot = fieldPathId.path.length === 0;
  const { AddButton } = registry.templates.ButtonTemplates;
  return (
    <div className={isRoot ? undefined : classes.section}>
      {!isRoot && title !== '' && (
        <Title order={4} size="xs" mb={4}>
          {title}
        </Title>
      )}
      {description !== undefined && description !== '' && (
        <Text size="xs" c="var(--mantine-color-dimmed)" mb={4}>
          {description}
        </Text>
      )}
      <div className={classes.grid}>
        {properties
          .filter((property) => !property.hidden)
          .map((property) => (
            <div
              key={property.name}
              className={isWide(schema, uiSchema, property.name) ? classes.wide : undefined}
            >
              {property.content}
            </div>
          ))}
      </div>
      {canExpand(schema, uiSchema, props.formData) && (
        <AddButton onClick={props.onAddProperty} uiSchema={uiSchema} registry={registry} />
      )}
    </div>
  );
}

function isWide(
  schema: FormSchema,
  uiSchema: ObjectFieldTemplateProps<FormData>['uiSchema'],
  name: string,
): boolean {
  const own: unknown = uiSchema?.[name];
  const widget =
    typeof own === 'object' && own !== null && 'ui:widget' in own ? own['ui:widget'] : undefined;
  if (widget === 'textarea' || widget === 'radio' || widget === 'checkboxes') return true;
  const property = schema.properties?.[name];
  return typeof property === 'object' && (property.type === 'object' || property.type === 'array');
}
