import { GrammarError } from './grammar-error.ts';

const FIELD = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;

/**
 * The fields of a line of comma-separated values, which `--mount` and `--network` take: one with a
 * comma stands in double quotes, as in `type=volume,"volume-opt=o=size=1m,ro"`.
 */
export function parseFields(text: string): string[] {
  const fields: string[] = [];
  for (let at = 0; ; ) {
    FIELD.lastIndex = at;
    const [whole, quoted, plain = '', end] = FIELD.exec(text) ?? [];
    if (whole === undefined) throw new GrammarError(`a quote in "${text}" is out of place`);
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '') return fields;
    at += whole.length;
  }
}

/** The line of such fields. */
export const formatFields = (fields: readonly string[]): string =>
  fields
    .map((field) => (/[",\n\r]|^\s/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',');
