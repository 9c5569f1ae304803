import type { ManagedFieldsEntry } from 'kubernetes-types/meta/v1.js';
import type { JsonObject } from '../../schema/decode.ts';
import {
  difference,
  type FieldSet,
  fieldSet,
  fieldsV1,
  isEmpty,
  readFieldSet,
  thisField,
  withoutTrees,
} from './field-set.ts';

/** Somebody who sets fields of an object, and the fields. */
export interface Manager {
  readonly name: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource?: string;
  readonly time?: string;
  readonly fields: FieldSet;
}

const metadata = ['name', 'namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp'];
const moreMetadata = ['selfLink', 'managedFields', 'deletionTimestamp', 'generateName'];

/** Fields that nobody owns. */
const unowned = fieldSet(false, [
  ['f:apiVersion', thisField],
  ['f:kind', thisField],
  [
    'f:metadata',
    fieldSet(
      false,
      [...metadata, ...moreMetadata].map((name) => [`f:${name}`, thisField]),
    ),
  ],
]);

export const owned = (fields: FieldSet): FieldSet => withoutTrees(fields, unowned);

export function readManagers(entries: readonly ManagedFieldsEntry[] = []): Manager[] {
  return entries.map(({ manager, operation, apiVersion, subresource, time, fieldsV1 }) => ({
    name: manager ?? 'unknown',
    operation: operation === 'Apply' ? 'Apply' : 'Update',
    apiVersion: apiVersion ?? 'v1',
    ...(subresource === undefined ? {} : { subresource }),
    ...(time === undefined ? {} : { time }),
    fields: readFieldSet(fieldsV1 as JsonObject | undefined),
  }));
}

export function managedFields(managers: readonly Manager[]): ManagedFieldsEntry[] {
  return managers
    .filter(({ fields }) => !isEmpty(fields))
    .sort((a, b) => Number(a.operation === 'Update') - Number(b.operation === 'Update'))
    .map(({ name, operation, apiVersion, time, fields, subresource }) => ({
      ...{ manager: name, operation, apiVersion },
      ...(time === undefined ? {} : { time }),
      ...{ fieldsType: 'FieldsV1', fieldsV1: fieldsV1(fields) },
      ...(subresource === undefined ? {} : { subresource }),
    }));
}

export type Identity = Pick<Manager, 'name' | 'operation' | 'apiVersion' | 'subresource'>;

export function isSameManager(a: Identity, b: Identity): boolean {
  return (
    a.name === b.name &&
    a.operation === b.operation &&
    (a.operation === 'Apply' || a.apiVersion === b.apiVersion) &&
    (a.subresource ?? '') === (b.subresource ?? '')
  );
}

/** All other managers without some fields. */
export function othersWithout(
  managers: readonly Manager[],
  self: Identity,
  fields: FieldSet,
): Manager[] {
  return managers
    .filter((manager) => !isSameManager(manager, self))
    .map((manager) => ({ ...manager, fields: difference(manager.fields, fields) }));
}
