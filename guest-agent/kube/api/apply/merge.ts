import type { Json } from '../../schema/decode.ts';
import type { Schema, Schemas } from '../../schema/schemas.ts';
import { type FieldSet, isEmpty, noFields } from './field-set.ts';
import { type Part, structureOf } from './structure.ts';

/** `live` with everything that `applied` sets. */
export function merge(
  schemas: Schemas,
  schema: Schema,
  live: Json | undefined,
  applied: Json,
): Json {
  if (live === undefined) return applied;
  const [from, to] = [structureOf(schemas, schema, live), structureOf(schemas, schema, applied)];
  if (from.kind === 'atomic' || to.kind === 'atomic' || from.kind !== to.kind) return applied;
  const names =
    to.kind === 'fields'
      ? new Set([...from.parts.keys(), ...to.parts.keys()])
      : mergedOrder([...from.parts.keys()], [...to.parts.keys()]);
  const values = [...names].flatMap((name) => {
    const [old, part] = [from.parts.get(name), to.parts.get(name)];
    if (part === undefined) return old === undefined ? [] : [old];
    return [{ ...part, value: merge(schemas, part.schema, old?.value, part.value) }];
  });
  return assembled(to.kind, values);
}

/** The order of the second list, in which what only the first has stays behind its neighbour. */
function mergedOrder(first: readonly string[], second: readonly string[]): Set<string> {
  const wanted = new Set(second);
  const result = new Set<string>();
  let at = 0;
  for (const name of second) {
    const place = first.indexOf(name, at);
    if (place >= 0) {
      for (const other of first.slice(at, place)) if (!wanted.has(other)) result.add(other);
      at = place + 1;
    }
    result.add(name);
  }
  for (const other of first) result.add(other);
  return result;
}

/** `value` without the fields of a set. Undefined if nothing remains. */
export function withoutFields(
  schemas: Schemas,
  schema: Schema,
  value: Json,
  fields: FieldSet,
): Json | undefined {
  if (isEmpty(fields)) return value;
  if (fields.isMember && fields.children.size === 0) return undefined;
  const structure = structureOf(schemas, schema, value);
  if (structure.kind === 'atomic') return fields.isMember ? undefined : value;
  const parts = [...structure.parts.values()].flatMap((part) => {
    const removed = fields.children.get(part.name) ?? noFields;
    if (structure.kind === 'items' && removed.isMember) return [];
    const rest = withoutFields(schemas, part.schema, part.value, removed);
    return rest === undefined ? [] : [{ ...part, value: rest }];
  });
  const isEmptied = parts.length === 0 && structure.parts.size > 0;
  return isEmptied ? undefined : assembled(structure.kind, parts);
}

function assembled(kind: 'fields' | 'items' | 'set', parts: readonly Part[]): Json {
  if (kind !== 'fields') return parts.map(({ value }) => value);
  return Object.fromEntries(parts.map(({ name, value }) => [name.slice(2), value]));
}
