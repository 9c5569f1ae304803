import { access } from 'node:fs/promises';
import SwaggerParser from '@apidevtools/swagger-parser';
import { Ajv, type ValidateFunction } from 'ajv';
import * as z from 'zod';
import { engineDescription } from '../../../build/engine-description.ts';
import { toJsonSchema } from './json-schema.ts';

const operation = z.object({
  responses: z.record(z.string(), z.object({ schema: z.unknown().optional() })),
});
const documentSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});

interface Answer {
  readonly method: string;
  /** The path without the API version. */
  readonly path: string;
  readonly status: number;
  readonly body: unknown;
}

/** The expected form of an answer. */
export interface Description {
  /**
   * Problems of an answer: the operation, the JSON pointer of the place, and the mistake. Empty if
   * the description doesn't cover the answer.
   */
  check(answer: Answer): string[];
}

/** Undefined, with a message, if the description isn't available. */
export async function openDescription(): Promise<Description | undefined> {
  const found = await access(engineDescription).then(
    () => true,
    () => false,
  );
  if (!found) {
    console.warn(`NOT CHECKED against the API's description: there is no ${engineDescription}`);
    return undefined;
  }
  const { paths } = documentSchema.parse(await SwaggerParser.dereference(engineDescription));
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

/**
 * Turns `/images/{name}/json` into an expression. A name may contain slashes. Literal paths come
 * first.
 */
function patternOf(template: string): RegExp {
  const source = template.replaceAll(/[.+*?^$()[\]|]/g, '\\$&').replaceAll(/\{\w+\}/g, '(.+)');
  return new RegExp(`^${source}$`);
}
