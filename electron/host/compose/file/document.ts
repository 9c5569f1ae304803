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
import { isKnownTag, takeTags } from './override-tags.ts';
import type { Place, Problem } from './problem.ts';

/** The YAML of a Compose file. */
export interface ComposeSource {
  readonly file: string;
  /** Plain values, before variables are replaced. */
  readonly value: unknown;
  /** Paths whose values in earlier files don't count: those tagged `!reset` or `!override`. */
  readonly replaced: readonly (readonly string[])[];
  /** Where the value at a path is, or its nearest parent. */
  placeOf(path: readonly PropertyKey[]): Place;
}

/** A Compose file as plain values, with the place of each value. */
export type ComposeDocument = ComposeSource;

/** `0644` is octal, as in YAML 1.1 and for Docker. */
export const legacyOctal: ScalarTag = {
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
  const source = readSource(file, text, report);
  return source && interpolateSource(source, variables, report);
}

/** Reads YAML with anchors and merge keys. Reports errors. */
export function readSource(
  file: string,
  text: string,
  report: (problem: Problem) => void,
): ComposeSource | undefined {
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
  const warnings = document.warnings.filter((warning) => !isKnownTag(warning));
  // Text that isn't YAML would give an error for each character.
  const problems = [...document.errors, ...warnings].slice(0, MAX_PROBLEMS);
  for (const [index, problem] of problems.entries()) {
    const { line, col: column } = lines.linePos(problem.pos[0]);
    report({
      severity: index < document.errors.length ? 'error' : 'warning',
      ...{ file, line, column },
      message: problem.message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? '',
    });
  }
  if (document.errors.length > 0) return undefined;
  const keys: Keys = new WeakMap();
  const placeOf = (path: readonly PropertyKey[]) => placeIn(document, lines, keys, path);
  try {
    const replaced = takeTags(document);
    const value: unknown = document.toJS({ maxAliasCount: 1000 });
    countValues(value, { left: MAX_VALUES });
    return { file, value, replaced, placeOf };
  } catch (error) {
    report({ severity: 'error', file, message: error instanceof Error ? error.message : '' });
    return undefined;
  }
}

/** Replaces the variables in the values. Reports errors, and variables that aren't set. */
export function interpolateSource(
  source: ComposeSource,
  variables: Variables,
  report: (problem: Problem) => void,
): ComposeDocument {
  const { file, placeOf } = source;
  const value = interpolateValues(source.value, [], (path, raw) => {
    try {
      return interpolate(raw, variables, (name) =>
        report({
          ...{ severity: 'warning', file, ...placeOf(path) },
          message: `The "${name}" variable is not set. Defaulting to a blank string.`,
        }),
      );
    } catch (error) {
      if (!(error instanceof InterpolationError)) throw error;
      const message = `error while interpolating ${path.join('.')}: ${error.message}`;
      report({ severity: 'error', file, ...placeOf(path), message });
      return raw;
    }
  });
  return { ...source, value };
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
export type Keys = WeakMap<YAMLMap, ReadonlyMap<string, unknown>>;

function keysOf(map: YAMLMap, keys: Keys): ReadonlyMap<string, unknown> {
  const known = keys.get(map);
  if (known !== undefined) return known;
  // The first of two equal keys counts.
  const found = new Map([...map.items].reverse().map(({ key }) => [String(key), key]));
  keys.set(map, found);
  return found;
}

export function placeIn(
  document: Document,
  lines: LineCounter,
  keys: Keys,
  path: readonly PropertyKey[],
): Place {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = document.getIn(path.slice(0, depth - 1), true);
    const key = path[depth - 1];
    // The place of the key, because people look there rather than at the value.
    const pair = isMap(parent)
      ? keysOf(parent, keys).get(String(key))
      : document.getIn(path.slice(0, depth), true);
    if (isNode(pair) && pair.range) {
      const { line, col: column } = lines.linePos(pair.range[0]);
      return { line, column };
    }
  }
  return { line: 1, column: 1 };
}
