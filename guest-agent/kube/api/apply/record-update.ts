import type { ManagedFieldsEntry } from 'kubernetes-types/meta/v1.js';
import { timestamp } from '../../objects/timestamp.ts';
import type { JsonObject } from '../../schema/decode.ts';
import type { Schema, Schemas } from '../../schema/schemas.ts';
import { isEmpty, noFields, union, withoutTrees } from './field-set.ts';
import { fieldChanges } from './fields-of.ts';
import {
  type Identity,
  isSameManager,
  type Manager,
  managedFields,
  othersWithout,
  owned,
  readManagers,
} from './managed-fields.ts';

/** The managed fields after a create, an update or a patch: who changes a field, owns it. */
export function recordUpdate(
  { schemas, schema }: { readonly schemas: Schemas; readonly schema: Schema },
  before: JsonObject | undefined,
  after: JsonObject,
  entries: readonly ManagedFieldsEntry[] | undefined,
  self: Omit<Identity, 'operation'>,
): ManagedFieldsEntry[] {
  const identity: Identity = { ...self, operation: 'Update' };
  const changes = fieldChanges(schemas, schema, before ?? {}, after);
  const set = owned(changes.set);
  const managers = readManagers(entries).map((manager) => ({
    ...manager,
    fields: withoutTrees(manager.fields, owned(changes.removed)),
  }));
  const previous = managers.find((manager) => isSameManager(manager, identity));
  const own: Manager = {
    ...identity,
    time: isEmpty(set) ? (previous?.time ?? timestamp()) : timestamp(),
    fields: union(previous?.fields ?? noFields, set),
  };
  return managedFields([...othersWithout(managers, identity, set), own]);
}
