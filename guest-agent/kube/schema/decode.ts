import { KubeError } from '../kube-error.ts';
import { type Schema, type Schemas, typeName } from './schemas.ts';

/** A value of JSON. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [name: string]: Json };

export interface Decoded {
  readonly value: JsonObject;
  /** Paths of fields that the schema doesn't know. They aren't in `value`. */
  readonly unknown: readonly string[];
}

const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';

/**
 * Reads an object as the schema describes it, without unknown fields and without `null`. Throws
 * KubeError 'BadRequest' for a value of another type.
 */
export function decode(schemas: Schemas, schema: Schema, object: Json, kind: string): Decoded {
  const unknown: string[] = [];

  function read(schema: Schema, value: Json, path: string, owner: string): Json | undefined {
    if (value === null) return undefined;
    const { type, properties, items, additionalProperties, format } = schemas.resolve(schema);
    const name = typeName(schema);
    const isUntyped = type === undefined || (type === 'object' && !properties);
    if (isUntyped && !additionalProperties) return value;
    if (name === QUANTITY || format === 'int-or-string') {
      if (typeof value === 'string') return value;
      if (typeof value === 'number') return name === QUANTITY ? String(value) : value;
      return mismatch(value, path, owner, name === QUANTITY ? 'resource.Quantity' : 'intstr');
    }
    if (type === 'array') {
      if (!isArray(value)) return mismatch(value, path, owner, `[]${goType(items ?? {})}`);
      return value.map(
        (item, index) =>
          read(items ?? {}, item, `${path}[${index}]`, owner) ?? emptyValue(items ?? {}),
      );
    }
    if (type === 'object') {
      if (!isObject(value)) return mismatch(value, path, owner, goType(schema));
      const type = name?.split('.').at(-1) ?? owner;
      return readFields(properties, additionalProperties, value, path, type);
    }
    const isRight =
      type === 'integer' ? Number.isInteger(value) : typeof value === (type ?? 'undefined');
    return isRight ? value : mismatch(value, path, owner, goType(schema));
  }

  /** As in Go, null in a list is an empty item. */
  function emptyValue(schema: Schema): Json {
    const { type } = schemas.resolve(schema);
    if (type === 'object') return {};
    if (type === 'array') return [];
    if (type === 'boolean') return false;
    return type === 'string' ? '' : 0;
  }

  function readFields(
    properties: Schema['properties'],
    rest: Schema | undefined,
    value: JsonObject,
    path: string,
    owner: string,
  ): JsonObject {
    const fields: [string, Json][] = [];
    for (const [name, part] of Object.entries(value)) {
      const at = path === '' ? name : `${path}.${name}`;
      const schema = properties && Object.hasOwn(properties, name) ? properties[name] : rest;
      if (schema === undefined) unknown.push(at);
      const result = schema && read(schema, part, at, owner);
      if (result !== undefined) fields.push([name, result]);
    }
    return Object.fromEntries(fields);
  }

  function goType(schema: Schema): string {
    const { type, format, items } = schemas.resolve(schema);
    const name = typeName(schema)?.split('.').at(-1);
    if (type === 'integer') return format ?? 'int32';
    if (type === 'boolean') return 'bool';
    if (type === 'array') return `[]${goType(items ?? {})}`;
    if (type === 'object') return name === undefined ? 'map[string]string' : `v1.${name}`;
    return type ?? 'object';
  }

  function mismatch(value: Json, path: string, owner: string, type: string): never {
    throw new KubeError(
      'BadRequest',
      `${kind} in version "v1" cannot be handled as a ${kind}: json: cannot unmarshal ${jsonType(value)} into Go struct field ${owner}.${path} of type ${type}`,
    );
  }

  const value = read(schema, object, '', kind);
  if (!isObject(value)) throw new KubeError('BadRequest', 'The body of the request is empty.');
  return { value, unknown };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** As Go names it in its messages. */
function jsonType(value: Json): string {
  if (isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
