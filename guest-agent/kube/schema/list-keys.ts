import { isObject, type Json, type JsonObject } from './decode.ts';
import type { Schema } from './schemas.ts';

/** Keys of list items that have a default. */
const DEFAULTS: JsonObject = { protocol: 'TCP' };

/** What identifies an item of a list that merges by keys. */
export function keysOf(item: Json, schema: Schema): JsonObject {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const fields = keys
    .map((name): [string, Json | undefined] => [
      name,
      (isObject(item) ? item[name] : undefined) ?? DEFAULTS[name],
    ])
    .filter((field): field is [string, Json] => field[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields);
}
