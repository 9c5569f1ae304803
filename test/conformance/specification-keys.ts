import { isRecord } from '../../electron/host/base/is-record.ts';

/** A JSON Schema, as far as the keys of its objects need it. */
export interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly definitions?: Readonly<Record<string, Schema>>;
}

/** Keys that a schema names, as paths with `*` for the names that people choose. */
export function keysOf(root: Schema): Set<string> {
  const keys = new Set<string>();
  const visit = (schema: Schema, path: string) => {
    for (const form of formsOf(root, schema)) {
      for (const [key, inner] of Object.entries(form.properties ?? {})) {
        keys.add(`${path}${key}`);
        visit(inner, `${path}${key}.`);
      }
      for (const inner of innerOf(form)) visit(inner, `${path}*.`);
      if (form.items) visit(form.items, path);
    }
  };
  visit(root, '');
  return keys;
}

/** The keys of a schema that a document has. */
export function keysIn(root: Schema, document: unknown): Set<string> {
  const keys = new Set<string>();
  const visit = (schema: Schema, value: unknown, path: string): void => {
    for (const form of formsOf(root, schema)) {
      if (Array.isArray(value)) {
        for (const item of form.items ? value : []) visit(form.items ?? {}, item, path);
      } else if (isRecord(value)) {
        for (const [key, inner] of Object.entries(value)) {
          const named = form.properties?.[key];
          if (named) {
            keys.add(`${path}${key}`);
            visit(named, inner, `${path}${key}.`);
          } else {
            for (const other of innerOf(form)) visit(other, inner, `${path}*.`);
          }
        }
      }
    }
  };
  visit(root, document, '');
  return keys;
}

/** The schema and the alternatives in it, without references. */
function formsOf(root: Schema, schema: Schema): Schema[] {
  const name = schema.$ref?.split('/').at(-1);
  const own = name === undefined ? schema : (root.definitions?.[name] ?? {});
  return [
    own,
    ...[...(own.oneOf ?? []), ...(own.anyOf ?? [])].flatMap((one) => formsOf(root, one)),
  ];
}

/** Schemas of the values whose keys are names. */
function innerOf({ patternProperties = {}, additionalProperties }: Schema): Schema[] {
  const named = Object.entries(patternProperties).filter(([pattern]) => pattern !== '^x-');
  const inner = named.map(([, schema]) => schema);
  return typeof additionalProperties === 'object' ? [...inner, additionalProperties] : inner;
}
