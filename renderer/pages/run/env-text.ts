import type { Variable } from './run-form.ts';

/**
 * Reads the text of a `.env` file: `NAME=value` lines, with or without `export` and quotes. Empty
 * lines, comments and lines without an assignment are skipped.
 */
export function parseEnvText(text: string): Variable[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, name, rest] = /^\s*(?:export\s+)?([^\s=#][^\s=]*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || rest === undefined) return [];
    return [{ name, value: unquoted(rest) }];
  });
}

function unquoted(text: string): string {
  const [, quote, inner] = /^(["'])(.*)\1(?:\s+#.*)?$/.exec(text) ?? [];
  if (inner === undefined) {
    const comment = text.search(/\s#/);
    return comment === -1 ? text : text.slice(0, comment).trimEnd();
  }
  return quote === '"' ? inner.replaceAll('\\n', '\n').replaceAll('\\"', '"') : inner;
}

/** Adds variables. An existing name gets the new value. */
export function mergeVariables<Row extends Variable>(
  rows: readonly Row[],
  added: readonly Row[],
): Row[] {
  const names = new Set(added.map(({ name }) => name));
  return [...rows.filter(({ name }) => name !== '' && !names.has(name)), ...added];
}
