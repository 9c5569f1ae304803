import { EngineError } from '../errors.ts';
import { parseDuration } from '../grammar/duration.ts';
import { splitEntry } from '../grammar/key-values.ts';

/** Filters by name, each with values of which one must match (the API's `filters`). */
export type Filters = Readonly<Record<string, readonly string[]>>;

/** Throws EngineError 'invalid' for an unknown filter, even if there is nothing to filter. */
export function checkFilters(tests: Readonly<Record<string, unknown>>, filters: Filters): void {
  for (const name of Object.keys(filters)) testOf(tests, name);
}

/** Whether something passes all filters. `passes` applies one test to one value. */
export function matchesFilters<Test>(
  tests: Readonly<Record<string, Test>>,
  filters: Filters,
  passes: (test: Test, value: string) => boolean,
): boolean {
  return Object.entries(filters).every(([name, values]) => {
    const test = testOf(tests, name);
    // Every label must match. For other filters, one matching value is enough.
    return name.startsWith('label')
      ? values.every((value) => passes(test, value))
      : values.length === 0 || values.some((value) => passes(test, value));
  });
}

function testOf<Test>(tests: Readonly<Record<string, Test>>, name: string): Test {
  const test = Object.hasOwn(tests, name) ? tests[name] : undefined;
  if (test === undefined) throw new EngineError('invalid', `invalid filter '${name}'`);
  return test;
}

/** `wanted` is "name" or "name=value". */
export function hasLabel(labels: Readonly<Record<string, string>>, wanted: string): boolean {
  const [name, value] = splitEntry(wanted);
  return name in labels && (value === undefined || labels[name] === value);
}

/**
 * Parses a timestamp, seconds, or a duration ago ("10m", "1h30m") into milliseconds since the
 * epoch.
 */
export function parseTime(value: string, now = Date.now()): number {
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  const ago = parseDuration(value);
  if (ago !== undefined) return now - ago / 1e6;
  const time = Date.parse(value);
  if (Number.isNaN(time)) throw new EngineError('invalid', `invalid time: ${value}`);
  return time;
}
