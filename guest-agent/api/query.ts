import * as z from 'zod';
import { EngineError } from '../errors.ts';

/** Docker's idea of a flag: anything but an empty text, "0", "no", "false" and "none" is true. */
export function flag(query: URLSearchParams, name: string, byDefault = false): boolean {
  const value = query.get(name)?.trim().toLowerCase();
  if (value === undefined) return byDefault;
  return !['', '0', 'no', 'false', 'none'].includes(value);
}

/** Throws EngineError 'invalid' when it's there and not a whole number. */
export function integer(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null || value === '') return undefined;
  if (!/^-?\d+$/.test(value)) {
    throw new EngineError('invalid', `invalid value for ${name}: ${value}`);
  }
  return Number(value);
}

/** A path in a container or volume. Throws EngineError 'invalid' when it's left out, or no path. */
export function requiredPath(query: URLSearchParams, name = 'path'): string {
  const path = query.get(name);
  if (!path) throw new EngineError('invalid', `bad parameter: ${name} cannot be empty`);
  if (path.includes('\0')) {
    throw new EngineError('invalid', `bad parameter: ${name} cannot have a NUL byte`);
  }
  return path;
}

/** Since 1.22 a list for each name; before, and still by some clients, a map to booleans. */
const filtersSchema = z.record(
  z.string(),
  z.union([
    z.array(z.string()),
    z
      .record(z.string(), z.boolean())
      .transform((map) => Object.keys(map).filter((key) => map[key])),
  ]),
);

/** The `filters` parameter: JSON, names to values. */
export function filters(query: URLSearchParams): Record<string, string[]> {
  const text = query.get('filters');
  if (!text) return {};
  try {
    return filtersSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new EngineError('invalid', 'invalid filter', { cause });
  }
}
