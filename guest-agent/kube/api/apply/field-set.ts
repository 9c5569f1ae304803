import { isObject, type Json, type JsonObject } from '../../schema/decode.ts';

/**
 * Fields of an object as a tree: `f:NAME` for a field, `k:{KEYS}` for an item of a list with keys,
 * `v:VALUE` for one of a set. In managed fields it has the form `FieldsV1`.
 */
export interface FieldSet {
  /** Whether the place itself is in the set, not only some of what is in it. */
  readonly isMember: boolean;
  readonly children: ReadonlyMap<string, FieldSet>;
}

export const noFields: FieldSet = { isMember: false, children: new Map() };
export const thisField: FieldSet = { isMember: true, children: new Map() };

export function fieldSet(isMember: boolean, children: Iterable<[string, FieldSet]>): FieldSet {
  return { isMember, children: new Map([...children].filter(([, child]) => !isEmpty(child))) };
}

export function isEmpty({ isMember, children }: FieldSet): boolean {
  return !isMember && children.size === 0;
}

const namesOf = (a: FieldSet, b: FieldSet) => new Set([...a.children.keys(), ...b.children.keys()]);

function combine(
  a: FieldSet,
  b: FieldSet,
  decide: (inA: boolean, inB: boolean) => boolean,
): FieldSet {
  const children = [...namesOf(a, b)].map((name): [string, FieldSet] => [
    name,
    combine(a.children.get(name) ?? noFields, b.children.get(name) ?? noFields, decide),
  ]);
  return fieldSet(decide(a.isMember, b.isMember), children);
}

export const union = (a: FieldSet, b: FieldSet) => combine(a, b, (inA, inB) => inA || inB);
export const intersection = (a: FieldSet, b: FieldSet) => combine(a, b, (inA, inB) => inA && inB);
export const difference = (a: FieldSet, b: FieldSet) => combine(a, b, (inA, inB) => inA && !inB);

/** `a` without the places of `b` and everything in them. */
export function withoutTrees(a: FieldSet, b: FieldSet): FieldSet {
  if (b.isMember) return noFields;
  const children = [...a.children].map(([name, child]): [string, FieldSet] => [
    name,
    withoutTrees(child, b.children.get(name) ?? noFields),
  ]);
  return fieldSet(a.isMember, children);
}

export function readFieldSet(value: Json | undefined): FieldSet {
  if (!isObject(value)) return noFields;
  const names = Object.keys(value).filter((name) => name !== '.');
  return fieldSet(
    names.length === 0 || '.' in value,
    names.map((name) => [name, readFieldSet(value[name])]),
  );
}

export function fieldsV1({ isMember, children }: FieldSet): JsonObject {
  const fields = [...children]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, child]): [string, Json] => [name, fieldsV1(child)]);
  return Object.fromEntries([...(isMember && fields.length > 0 ? [['.', {}]] : []), ...fields]);
}

/** The places in a set as Kubernetes writes them, such as `.spec.containers[name="web"].image`. */
export function fieldPaths({ isMember, children }: FieldSet, path = ''): string[] {
  const inner = [...children].flatMap(([name, child]) => fieldPaths(child, path + pathStep(name)));
  return isMember ? [path, ...inner] : inner;
}

function pathStep(name: string): string {
  const rest = name.slice(2);
  if (name.startsWith('f:')) return `.${rest}`;
  if (name.startsWith('v:')) return `[=${rest}]`;
  const keys = Object.entries(JSON.parse(rest) as JsonObject);
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
}
