/** As much of JSON Schema as the API's own document uses. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  minLength?: number;
}

export interface Operation {
  method: string;
  path: string;
  body?: Schema;
}

interface Document {
  paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema?: Schema }> } }>>;
  components: { schemas: Record<string, Schema> };
}

/** Everything that the document says can be called. */
export const operationsOf = ({ paths }: Document): Operation[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { requestBody }]) => {
      const body = requestBody?.content['application/json']?.schema;
      return { method: method.toUpperCase(), path, ...(body && { body }) };
    }),
  );

/** A body that the schema takes, in which every id is the one given, in every place where the schema has one. */
export function sample(document: Document, schema: Schema, id: string): unknown {
  if (schema.$ref) {
    const name = schema.$ref.replace('#/components/schemas/', '');
    return sample(document, document.components.schemas[name] ?? {}, id);
  }
  const [choice] = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  if (choice) return sample(document, choice, id);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.format === 'uuid') return id;
  if (schema.format === 'email') return `x${id}@example.test`;
  if (schema.properties) {
    const named = Object.entries(schema.properties).filter(
      ([name, property]) => schema.required?.includes(name) || holdsIds(document, property),
    );
    return Object.fromEntries(named.map(([name, property]) => [name, sample(document, property, id)]));
  }
  if (schema.items) return [sample(document, schema.items, id)];
  if (schema.type === 'integer' || schema.type === 'number') return 1;
  if (schema.type === 'boolean') return false;
  return 'x'.repeat(Math.max(1, schema.minLength ?? 1));
}

function holdsIds(document: Document, schema: Schema): boolean {
  return JSON.stringify(sampleShape(document, schema)).includes('"uuid"');
}

/** The schema with what it refers to in place. */
function sampleShape(document: Document, schema: Schema, depth = 0): unknown {
  const name = schema.$ref?.replace('#/components/schemas/', '');
  if (depth > 6) return {};
  if (name) return sampleShape(document, document.components.schemas[name] ?? {}, depth + 1);
  const parts = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.items ? [schema.items] : []),
    ...(schema.anyOf ?? []),
  ];
  return [schema.format ?? '', ...parts.map((part) => sampleShape(document, part, depth + 1))];
}
