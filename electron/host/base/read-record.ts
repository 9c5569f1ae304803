import { readFile } from 'node:fs/promises';
import type * as z from 'zod';
import { loggerOf } from './log.ts';
import { isMissing } from './system-error.ts';

const log = loggerOf('records');

/**
 * Reads a JSON file that Berth wrote and can do without. Undefined when the file is missing or
 * can't be read; the log says why.
 */
export async function readRecord<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.infer<Schema> | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (!isMissing(error)) log.warn(`${path} can't be read`, error);
    return undefined;
  }
}
