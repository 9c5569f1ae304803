import * as z from 'zod';
import { EngineError } from '../errors.ts';

/** Parses a flag as Docker does: everything except '', "0", "no", "false" and "none" is true. */
export function flag(query: URLSearchParams, name: string, byDefault = false): boolean {
  const value = query.get(name)?.trim().toLowerCase();
  if (value === undefined) return byDefault;
  return !['', '0', 'no', 'false', 'none'].includes(value);
}

/** Throws EngineError 'invalid' if the value isn't an integer. */
export function integer(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null || value === '') return undefined;
  if (!/^-?\d+$/.test(value)) {
    throw new EngineError('invalid', `invalid value for ${name}: ${value}`);
  }
  return Number(value);
}

/**
 * A path in a container or volume. Throws EngineError 'invalid' if the path is missing or not
 * valid.
 */
export function requiredPath(query: URLSearchParams, name = 'path'): string {
  const path = query.get(name);
  if (!path) throw new EngineError('invalid', `bad parameter: ${name} cannot be empty`);
  if (path.includes('\0')) {
    throw new EngineError('invalid', `bad parameter: ${name} cannot have a NUL byte`);
  }
  return path;
}

/**
 * Since API 1.22 each name has a list of values. Before, and in some clients today, it has a map to
 * booleans.
 */
const filtersSchema = z.record(
  z.string(),
  z.union([
    z.array(z.string()),
    z
      .record(z.string(), z.boolean())
      .transform((map) => Object.keys(map).filter((key) => map[key])),
  ]),
);

/** The `filters` parameter: a JSON object that maps names to values. */
export function filters(query: URLSearchParams): Record<string, string[]> {
  const text = query.get('filters');
  if (!text) return {};
  try {
    return filtersSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new EngineError('invalid', 'invalid filter', { cause });
  }
}
