/**
 * Converts a schema of Swagger 2.0 to JSON Schema. Values with `x-nullable` may be null, and
 * keywords that only Swagger has are dropped. Go writes an empty list or map as null, so lists and
 * maps may be null too.
 */
export function toJsonSchema(schema: unknown): object {
  return convert(schema, new Map()) as object;
}

const dropped = new Set([
  'example',
  'x-nullable',
  'discriminator',
  'xml',
  'externalDocs',
  'default',
]);

function convert(schema: unknown, seen: Map<object, unknown>): unknown {
  if (Array.isArray(schema)) return schema.map((element) => convert(element, seen));
  if (typeof schema !== 'object' || schema === null) return schema;
  // If a schema contains itself, its inner copy isn't checked.
  if (seen.has(schema)) return seen.get(schema);
  seen.set(schema, {});
  const converted = Object.fromEntries(
    Object.entries(schema)
      .filter(([word]) => !dropped.has(word))
      .map(([word, value]) => [word, convert(value, seen)]),
  );
  const nullable = 'x-nullable' in schema || ['array', 'object'].includes(String(converted.type));
  const result =
    nullable && typeof converted.type === 'string'
      ? {
          ...converted,
          type: [converted.type, 'null'],
          ...(Array.isArray(converted.enum) && { enum: [...converted.enum, null] }),
        }
      : nullable
        ? { anyOf: [converted, { type: 'null' }] }
        : converted;
  seen.set(schema, result);
  return result;
}
