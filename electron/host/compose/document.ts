import { type Document, isMap, isNode, LineCounter, parseDocument, type ScalarTag } from 'yaml';
import { InterpolationError, interpolate, type Variables } from './interpolate.ts';
import type { Problem } from './problem.ts';

/** A compose file as plain values, and where in the text each of them stands. */
export interface ComposeDocument {
  readonly file: string;
  readonly value: unknown;
  /** Line, from 1, of what is at a path, or of the nearest thing around it. */
  lineOf(path: readonly PropertyKey[]): number;
}

/** `0644` is octal, as in YAML 1.1 and for Docker. */
const legacyOctal: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^0[0-7]+$/,
  resolve: (text) => Number.parseInt(text, 8),
};

/** Reads YAML with anchors and merge keys, and interpolates its values; reports what is wrong. */
export function readDocument(
  file: string,
  text: string,
  variables: Variables,
  report: (problem: Problem) => void,
): ComposeDocument | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    merge: true,
    customTags: (tags) => [legacyOctal, ...tags],
  });
  for (const problem of [...document.errors, ...document.warnings]) {
    report({
      severity: document.errors.some((error) => error === problem) ? 'error' : 'warning',
      file,
      line: lines.linePos(problem.pos[0]).line,
      message: problem.message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? '',
    });
  }
  if (document.errors.length > 0) return undefined;
  const lineOf = (path: readonly PropertyKey[]) => lineIn(document, lines, path);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 1000 });
  } catch (error) {
    report({ severity: 'error', file, message: error instanceof Error ? error.message : '' });
    return undefined;
  }
  const interpolated = interpolateValues(value, [], (path, raw) => {
    const line = lineOf(path);
    try {
      return interpolate(raw, variables, (name) =>
        report({
          ...{ severity: 'warning', file, line },
          message: `The "${name}" variable is not set. Defaulting to a blank string.`,
        }),
      );
    } catch (error) {
      if (!(error instanceof InterpolationError)) throw error;
      const message = `error while interpolating ${path.join('.')}: ${error.message}`;
      report({ severity: 'error', file, line, message });
      return raw;
    }
  });
  return { file, value: interpolated, lineOf };
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

function lineIn(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = document.getIn(path.slice(0, depth - 1), true);
    const key = path[depth - 1];
    // The key's line, not the value's: that is where people look.
    const pair = isMap(parent)
      ? parent.items.find((item) => String(item.key) === String(key))?.key
      : document.getIn(path.slice(0, depth), true);
    if (isNode(pair) && pair.range) return lines.linePos(pair.range[0]).line;
  }
  return 1;
}
