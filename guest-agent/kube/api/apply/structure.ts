import { isArray, isObject, type Json } from '../../schema/decode.ts';
import { keysOf } from '../../schema/list-keys.ts';
import type { Schema, Schemas } from '../../schema/schemas.ts';

/** A part of a value that merges on its own, with its name in field sets. */
export interface Part {
  readonly name: string;
  readonly value: Json;
  readonly schema: Schema;
}

/** How a value merges: as a whole, or by its parts. */
export type Structure =
  | { readonly kind: 'atomic' }
  | { readonly kind: 'fields' | 'items' | 'set'; readonly parts: ReadonlyMap<string, Part> };

const atomic: Structure = { kind: 'atomic' };

export function structureOf(schemas: Schemas, reference: Schema, value: Json): Structure {
  const schema = schemas.resolve(reference);
  if (isObject(value)) {
    const { properties, additionalProperties } = schema;
    if (schema['x-kubernetes-map-type'] === 'atomic') return atomic;
    if (!properties && !additionalProperties) return atomic;
    const parts = Object.entries(value).map(([field, value]): Part => {
      const schema = properties?.[field] ?? additionalProperties ?? {};
      return { name: `f:${field}`, value, schema };
    });
    return { kind: 'fields', parts: byName(parts) };
  }
  if (isArray(value)) {
    const items = schema.items ?? {};
    const type = schema['x-kubernetes-list-type'];
    if (type === 'map') {
      const parts = value.map((value): Part => {
        return { name: `k:${JSON.stringify(keysOf(value, schema))}`, value, schema: items };
      });
      return { kind: 'items', parts: byName(parts) };
    }
    if (type === 'set') {
      const parts = value.map((value): Part => {
        return { name: `v:${JSON.stringify(value)}`, value, schema: items };
      });
      return { kind: 'set', parts: byName(parts) };
    }
  }
  return atomic;
}

const byName = (parts: readonly Part[]) => new Map(parts.map((part) => [part.name, part]));
