import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../schema/decode.ts';
import type { Schema, Schemas } from '../../schema/schemas.ts';
import { type FieldSet, fieldSet, noFields, thisField } from './field-set.ts';
import { type Part, structureOf } from './structure.ts';

/** All fields that a value sets. */
export function fieldsOf(schemas: Schemas, schema: Schema, value: Json): FieldSet {
  const structure = structureOf(schemas, schema, value);
  if (structure.kind === 'atomic' || structure.parts.size === 0) return thisField;
  const children = [...structure.parts.values()].map((part): [string, FieldSet] => {
    const fields = fieldsOf(schemas, part.schema, part.value);
    return [part.name, structure.kind === 'items' ? { ...fields, isMember: true } : fields];
  });
  return fieldSet(false, children);
}

export interface FieldChanges {
  /** Added, or with another value. */
  readonly set: FieldSet;
  readonly removed: FieldSet;
}

/** Which fields differ between two values. */
export function fieldChanges(
  schemas: Schemas,
  schema: Schema,
  before: Json | undefined,
  after: Json | undefined,
): FieldChanges {
  if (isDeepStrictEqual(before, after)) return { set: noFields, removed: noFields };
  if (after === undefined) {
    const removed = before === undefined ? noFields : fieldsOf(schemas, schema, before);
    return { set: noFields, removed: { ...removed, isMember: true } };
  }
  if (before === undefined) return { set: fieldsOf(schemas, schema, after), removed: noFields };
  const [from, to] = [structureOf(schemas, schema, before), structureOf(schemas, schema, after)];
  if (from.kind === 'atomic' || to.kind === 'atomic' || from.kind !== to.kind) {
    return { set: thisField, removed: noFields };
  }
  const names = new Set([...from.parts.keys(), ...to.parts.keys()]);
  const changes = [...names].map((name) => {
    const [old, part] = [from.parts.get(name), to.parts.get(name)];
    const inner = fieldChanges(schemas, schemaOf(part ?? old), old?.value, part?.value);
    const isNewItem = to.kind === 'items' && old === undefined;
    return { name, ...inner, set: isNewItem ? { ...inner.set, isMember: true } : inner.set };
  });
  return {
    set: fieldSet(
      false,
      changes.map(({ name, set }) => [name, set]),
    ),
    removed: fieldSet(
      false,
      changes.map(({ name, removed }) => [name, removed]),
    ),
  };
}

const schemaOf = (part: Part | undefined): Schema => part?.schema ?? {};
