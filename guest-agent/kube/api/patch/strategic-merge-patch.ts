import { KubeError } from '../../kube-error.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../schema/decode.ts';
import type { Schema, Schemas } from '../../schema/schemas.ts';

const DIRECTIVE = '$patch';
const RETAIN_KEYS = '$retainKeys';
const DELETE_PRIMITIVES = '$deleteFromPrimitiveList/';
const ORDER = '$setElementOrder/';

/**
 * Kubernetes' own patch: lists merge by the key that the schema names, and directives delete or
 * replace.
 */
export function strategicMergePatch(
  schemas: Schemas,
  schema: Schema,
  target: Json | undefined,
  patch: Json,
): Json {
  if (!isObject(patch)) return patch;
  return patchObject(schemas, schema, isObject(target) ? target : {}, patch);
}

function patchObject(
  schemas: Schemas,
  schema: Schema,
  target: JsonObject,
  patch: JsonObject,
): JsonObject {
  if (patch[DIRECTIVE] === 'delete') return {};
  const { [DIRECTIVE]: directive, [RETAIN_KEYS]: retained, ...fields } = patch;
  if (directive === 'replace') return fields;
  if (directive !== undefined && directive !== 'merge') {
    throw new KubeError('BadRequest', `Unrecognized patch directive: ${JSON.stringify(directive)}`);
  }
  const { properties, additionalProperties } = schemas.resolve(schema);
  const kept = isArray(retained)
    ? Object.entries(target).filter(([name]) => retained.includes(name))
    : Object.entries(target);
  const merged = new Map(kept);
  for (const [name, value] of Object.entries(fields)) {
    if (name.startsWith(ORDER)) continue;
    if (name.startsWith(DELETE_PRIMITIVES)) {
      const field = name.slice(DELETE_PRIMITIVES.length);
      const current = merged.get(field);
      if (isArray(current) && isArray(value)) {
        merged.set(
          field,
          current.filter((item) => !value.includes(item)),
        );
      }
      continue;
    }
    const at = properties?.[name] ?? additionalProperties ?? {};
    const current = merged.get(name);
    if (value === null) merged.delete(name);
    else if (isArray(value)) {
      const order = patch[`${ORDER}${name}`];
      merged.set(name, patchList(schemas, schemas.resolve(at), current, value, order));
    } else merged.set(name, strategicMergePatch(schemas, at, current, value));
  }
  return reorderOnly(schemas, schema, Object.fromEntries(merged), patch);
}

/** An order can come without changes of the list. */
function reorderOnly(
  schemas: Schemas,
  schema: Schema,
  object: JsonObject,
  patch: JsonObject,
): JsonObject {
  const { properties } = schemas.resolve(schema);
  const orders = Object.entries(patch).filter(([name]) => name.startsWith(ORDER));
  const sorted = orders.flatMap(([directive, order]): [string, Json][] => {
    const name = directive.slice(ORDER.length);
    const list = object[name];
    const at = schemas.resolve(properties?.[name] ?? {});
    if (!isArray(list) || !isArray(order)) return [];
    return [[name, inOrder(list, order, at['x-kubernetes-patch-merge-key'])]];
  });
  return { ...object, ...Object.fromEntries(sorted) };
}

function patchList(
  schemas: Schemas,
  schema: Schema,
  target: Json | undefined,
  patch: readonly Json[],
  order: Json | undefined,
): Json {
  const isMerged = schema['x-kubernetes-patch-strategy']?.split(',').includes('merge');
  const key = schema['x-kubernetes-patch-merge-key'];
  const current = isArray(target) ? target : [];
  const isReplaced = patch.some((item) => isObject(item) && item[DIRECTIVE] === 'replace');
  const plain = patch.filter((item) => !(isObject(item) && item[DIRECTIVE] === 'replace'));
  if (!isMerged || isReplaced) return plain;
  if (key === undefined) return [...new Set([...current, ...patch])];
  const items = [...current];
  for (const item of patch) {
    if (!isObject(item) || item[key] === undefined) {
      throw new KubeError(
        'BadRequest',
        `map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`,
      );
    }
    const at = items.findIndex((other) => isObject(other) && other[key] === item[key]);
    if (item[DIRECTIVE] === 'delete') {
      if (at >= 0) items.splice(at, 1);
    } else {
      const merged = strategicMergePatch(schemas, schema.items ?? {}, items[at], item);
      items.splice(at < 0 ? items.length : at, at < 0 ? 0 : 1, merged);
    }
  }
  return isArray(order) ? inOrder(items, order, key) : items;
}

/** Items that the order doesn't name keep their place behind their neighbour. */
function inOrder(items: readonly Json[], order: readonly Json[], key: string | undefined): Json {
  const identity = (item: Json | undefined) =>
    JSON.stringify(key !== undefined && isObject(item) ? item[key] : item);
  const places = new Map(order.map((item, index) => [identity(item), index]));
  let last = -1;
  return items
    .map((item, index) => {
      last = places.get(identity(item)) ?? last;
      return { item, index, place: last };
    })
    .sort((a, b) => a.place - b.place || a.index - b.index)
    .map(({ item }) => item);
}
