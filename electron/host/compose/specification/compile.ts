import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type AnySchemaObject, type ValidateFunction } from 'ajv';

/** Formats of the schema. Docker Compose doesn't check them here either: reading the values does. */
const formats = { duration: true, expose: true, ports: true, subnet_ip_address: true } as const;

/** The published schema of the Compose specification. */
export function readSpecification(): AnySchemaObject {
  const text = readFileSync(join(import.meta.dirname, 'compose-spec.json'), 'utf8');
  const { $schema: _, ...schema } = JSON.parse(text) as AnySchemaObject;
  return schema;
}

/** Compiles the schema. `code` keeps the code, which the build puts into a bundle. */
export function compileSpecification({ code = false } = {}): {
  ajv: Ajv;
  validate: ValidateFunction;
} {
  const ajv = new Ajv({
    ...{ allErrors: true, strict: false, inlineRefs: false, logger: false, formats },
    ...(code && { code: { source: true, esm: true } }),
  });
  return { ajv, validate: ajv.compile(readSpecification()) };
}
