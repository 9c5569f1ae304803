import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import SwaggerParser from '@apidevtools/swagger-parser';
import { Ajv, type ValidateFunction } from 'ajv';
import { z } from 'zod';
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
  /** What is wrong with it, each with the JSON pointer of the place; nothing when it's not told. */
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
    pattern: patternOf(template),
    operations,
  }));
  const validators = new Map<string, ValidateFunction | undefined>();

  const validator = ({ method, path, status }: Answer): ValidateFunction | undefined => {
    const match = templates.find(({ pattern }) => pattern.test(path));
    const described = match?.operations[method.toLowerCase()];
    if (!match || described === undefined) return undefined;
    const key = `${method} ${match.pattern.source} ${status}`;
    if (!validators.has(key)) {
      const schema = operation.parse(described).responses[status]?.schema;
      validators.set(key, schema ? ajv.compile(toJsonSchema(schema)) : undefined);
    }
    return validators.get(key);
  };
  return {
    check(answer) {
      const validate = validator(answer);
      if (!validate || validate(answer.body)) return [];
      return (validate.errors ?? []).map(
        ({ instancePath, message }) => `${instancePath || '/'} ${message}`,
      );
    },
  };
}

/** `/images/{name}/json` as an expression; a name may have slashes. Literal paths come first. */
function patternOf(template: string): RegExp {
  const source = template.replaceAll(/[.+*?^$()[\]|]/g, '\\$&').replaceAll(/\{\w+\}/g, '(.+)');
  return new RegExp(`^${source}$`);
}
