import {
  type Document,
  isMap,
  isNode,
  LineCounter,
  parseDocument,
  type ScalarTag,
  type YAMLMap,
} from 'yaml';
import { InterpolationError, interpolate, type Variables } from './interpolate.ts';
import type { Problem } from './problem.ts';

/** A Compose file as plain values, with the line of each value. */
export interface ComposeDocument {
  readonly file: string;
  readonly value: unknown;
  /** The line (from 1) of the value at a path, or of its nearest parent. */
  lineOf(path: readonly PropertyKey[]): number;
}

/** `0644` is octal, as in YAML 1.1 and for Docker. */
const legacyOctal: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^0[0-7]+$/,
  resolve: (text) => Number.parseInt(text, 8),
};

/** Reads YAML with anchors and merge keys and interpolates its values. Reports errors. */
export function readDocument(
  file: string,
  text: string,
  variables: Variables,
  report: (problem: Problem) => void,
): ComposeDocument | undefined {
  const lines = new LineCounter();
  let document: Document.Parsed;
  try {
    document = parseDocument(text, {
      lineCounter: lines,
      merge: true,
      customTags: (tags) => [legacyOctal, ...tags],
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    report({ severity: 'error', file, message: 'values are nested too deeply' });
    return undefined;
  }
  // Text that isn't YAML would give an error for each character.
  const problems = [...document.errors, ...document.warnings].slice(0, MAX_PROBLEMS);
  for (const [index, problem] of problems.entries()) {
    report({
      severity: index < document.errors.length ? 'error' : 'warning',
      file,
      line: lines.linePos(problem.pos[0]).line,
      message: problem.message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? '',
    });
  }
  if (document.errors.length > 0) return undefined;
  const keys: Keys = new WeakMap();
  const lineOf = (path: readonly PropertyKey[]) => lineIn(document, lines, keys, path);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 1000 });
    countValues(value, { left: MAX_VALUES });
  } catch (error) {
    report({ severity: 'error', file, message: error instanceof Error ? error.message : '' });
    return undefined;
  }
  const interpolated = interpolateValues(value, [], (path, raw) => {
    try {
      return interpolate(raw, variables, (name) =>
        report({
          ...{ severity: 'warning', file, line: lineOf(path) },
          message: `The "${name}" variable is not set. Defaulting to a blank string.`,
        }),
      );
    } catch (error) {
      if (!(error instanceof InterpolationError)) throw error;
      const message = `error while interpolating ${path.join('.')}: ${error.message}`;
      report({ severity: 'error', file, line: lineOf(path), message });
      return raw;
    }
  });
  return { file, value: interpolated, lineOf };
}

const MAX_PROBLEMS = 100;
/**
 * More than any file that people write. Nested aliases can turn a few lines into millions of
 * values.
 */
const MAX_VALUES = 100_000;

/**
 * Throws if a value contains more values than the remaining budget; repeated values count each
 * time.
 */
function countValues(value: unknown, budget: { left: number }): void {
  if (--budget.left < 0) throw new Error(`the file has more than ${MAX_VALUES} values`);
  if (typeof value !== 'object' || value === null) return;
  for (const item of Object.values(value)) countValues(item, budget);
}

function interpolateValues(
  value: unknown,
  path: readonly PropertyKey[],
  change: (path: readonly PropertyKey[], text: string) => string,
): unknown {
  if (typeof value === 'string') return value.includes('$') ? change(path, value) : value;
  if (Array.isArray(value)) {
    return value.map((item, index) => interpolateValues(item, [...path, index], change));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      interpolateValues(item, [...path, key], change),
    ]),
  );
}

/** Map keys by their text. The cache saves searching the map again for each of many warnings. */
type Keys = WeakMap<YAMLMap, ReadonlyMap<string, unknown>>;

function keysOf(map: YAMLMap, keys: Keys): ReadonlyMap<string, unknown> {
  const known = keys.get(map);
  if (known !== undefined) return known;
  // The first of two equal keys counts.
  const found = new Map([...map.items].reverse().map(({ key }) => [String(key), key]));
  keys.set(map, found);
  return found;
}

function lineIn(
  document: Document,
  lines: LineCounter,
  keys: Keys,
  path: readonly PropertyKey[],
): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = document.getIn(path.slice(0, depth - 1), true);
    const key = path[depth - 1];
    // The line of the key, because people look there rather than at the value.
    const pair = isMap(parent)
      ? keysOf(parent, keys).get(String(key))
      : document.getIn(path.slice(0, depth), true);
    if (isNode(pair) && pair.range) return lines.linePos(pair.range[0]).line;
  }
  return 1;
}
