import type { ManagedFieldsEntry } from 'kubernetes-types/meta/v1.js';
import { KubeError } from '../../kube-error.ts';
import { timestamp } from '../../objects/timestamp.ts';
import { isObject, type JsonObject } from '../../schema/decode.ts';
import type { Schema, Schemas } from '../../schema/schemas.ts';
import {
  difference,
  type FieldSet,
  fieldPaths,
  intersection,
  isEmpty,
  noFields,
} from './field-set.ts';
import { fieldChanges, fieldsOf } from './fields-of.ts';
import {
  type Identity,
  isSameManager,
  type Manager,
  managedFields,
  othersWithout,
  owned,
  readManagers,
} from './managed-fields.ts';
import { merge, withoutFields } from './merge.ts';

interface Applied {
  readonly object: JsonObject;
  readonly managedFields: ManagedFieldsEntry[];
}

/**
 * Server-side apply: the live object with the fields that the manager wants, without those that
 * only it wanted before. Throws KubeError 'Conflict' if somebody else set one of them to another
 * value, unless it is forced.
 */
export function apply(
  { schemas, schema }: { readonly schemas: Schemas; readonly schema: Schema },
  live: JsonObject | undefined,
  wanted: JsonObject,
  entries: readonly ManagedFieldsEntry[] | undefined,
  self: Omit<Identity, 'operation'>,
  isForced: boolean,
): Applied {
  const identity: Identity = { ...self, operation: 'Apply' };
  const managers = readManagers(entries);
  const others = managers.filter((manager) => !isSameManager(manager, identity));
  const merged = merge(schemas, schema, live, wanted);
  const changed = fieldChanges(schemas, schema, live ?? {}, merged).set;
  if (!isForced) refuseConflicts(others, changed);

  const fields = owned(fieldsOf(schemas, schema, wanted));
  const previous = managers.find((manager) => isSameManager(manager, identity));
  const wantedByOthers = others.map((manager) => difference(manager.fields, changed));
  const dropped = [fields, ...wantedByOthers].reduce(
    (rest: FieldSet, set) => difference(rest, withPlaces(set)),
    previous?.fields ?? noFields,
  );
  const object = withoutFields(schemas, schema, merged, dropped);
  const own: Manager = { ...identity, time: timestamp(), fields };
  return {
    object: isObject(object) ? object : wanted,
    managedFields: managedFields([...othersWithout(managers, identity, changed), own]),
  };
}

/** With the places that contain members, which stay because of them. */
function withPlaces({ children }: FieldSet): FieldSet {
  const inner = [...children].map(([name, child]): [string, FieldSet] => [name, withPlaces(child)]);
  return { isMember: true, children: new Map(inner) };
}

function refuseConflicts(others: readonly Manager[], changed: FieldSet): void {
  const conflicts = others.flatMap((manager) => {
    const fields = intersection(manager.fields, changed);
    const text = `conflict with ${managerText(manager)}`;
    return isEmpty(fields) ? [] : [{ text, paths: fieldPaths(fields) }];
  });
  const causes = conflicts.flatMap(({ text, paths }) =>
    paths.map((field) => ({ field, reason: 'FieldManagerConflict', message: text })),
  );
  if (causes.length === 0) return;
  const plural = causes.length === 1 ? '' : 's';
  const [only] = causes;
  const details =
    causes.length === 1
      ? `${only?.message}: ${only?.field}`
      : conflicts
          .map(
            ({ text, paths }) =>
              `${text.replace('conflict', 'conflicts')}:\n${paths.map((path) => `- ${path}`).join('\n')}`,
          )
          .join('\n');
  throw new KubeError(
    'Conflict',
    `Apply failed with ${causes.length} conflict${plural}: ${details}`,
    { causes },
  );
}

function managerText({ name, operation, apiVersion, subresource }: Manager): string {
  const where = subresource === undefined ? '' : ` with subresource ${JSON.stringify(subresource)}`;
  return `${JSON.stringify(name)}${where}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
}
