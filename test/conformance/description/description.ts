import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import SwaggerParser from '@apidevtools/swagger-parser';
import { Ajv, type ValidateFunction } from 'ajv';
import * as z from 'zod';
import { toJsonSchema } from './json-schema.ts';

/** Docker's description of the Engine API (Swagger 2.0): beside the checkout, or as told. */
const DESCRIPTION =
  process.env.BERTH_ENGINE_API ??
  resolve(import.meta.dirname, '../../../../shared/engine-api.yaml');

const operation = z.object({
  responses: z.record(z.string(), z.object({ schema: z.unknown().optional() })),
});
const documentSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});

interface Answer {
  readonly method: string;
  /** Without the version. */
  readonly path: string;
  readonly status: number;
  readonly body: unknown;
}

/** What an answer has to look like. */
export interface Description {
  /**
   * What is wrong with it: the operation, the JSON pointer of the place, the mistake. Nothing where
   * nothing is described.
   */
  check(answer: Answer): string[];
}

/** Undefined, and said aloud, when the description is not there. */
export async function openDescription(): Promise<Description | undefined> {
  const found = await access(DESCRIPTION).then(
    () => true,
    () => false,
  );
  if (!found) {
    console.warn(`NOT CHECKED against the API's description: there is no ${DESCRIPTION}`);
    return undefined;
  }
  const { paths } = documentSchema.parse(await SwaggerParser.dereference(DESCRIPTION));
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  const templates = Object.entries(paths).map(([template, operations]) => ({
    template,
    pattern: patternOf(template),
    operations,
  }));
  const validators = new Map<string, ValidateFunction | undefined>();

  return {
    check({ method, path, status, body }) {
      const match = templates.find(
        ({ pattern, operations }) => method.toLowerCase() in operations && pattern.test(path),
      );
      if (!match) return [];
      const key = `${method} ${match.template} ${status}`;
      if (!validators.has(key)) {
        const { responses } = operation.parse(match.operations[method.toLowerCase()]);
        const schema = responses[status]?.schema;
        validators.set(key, schema ? ajv.compile(toJsonSchema(schema)) : undefined);
      }
      const validate = validators.get(key);
      if (!validate || validate(body)) return [];
      return (validate.errors ?? []).map(
        ({ instancePath, message }) => `${key}: ${instancePath || '/'} ${message}`,
      );
    },
  };
}

/** `/images/{name}/json` as an expression; a name may have slashes. Literal paths come first. */
function patternOf(template: string): RegExp {
  const source = template.replaceAll(/[.+*?^$()[\]|]/g, '\\$&').replaceAll(/\{\w+\}/g, '(.+)');
  return new RegExp(`^${source}$`);
}
