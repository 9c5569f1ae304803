import { GrammarError } from './grammar-error.ts';

const FIELD = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;

/**
 * The fields of comma-separated values, for `--mount` and `--network`. A field with a comma must be
 * in double quotes: `type=volume,"volume-opt=o=size=1m,ro"`.
 */
export function parseFields(text: string): string[] {
  const fields: string[] = [];
  for (let at = 0; ; ) {
    FIELD.lastIndex = at;
    const [whole, quoted, plain = '', end] = FIELD.exec(text) ?? [];
    if (whole === undefined) throw new GrammarError(`unexpected quote in "${text}"`);
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '') return fields;
    at += whole.length;
  }
}

/** Joins fields to a line of comma-separated values. */
export const formatFields = (fields: readonly string[]): string =>
  fields
    .map((field) => (/[",\n\r]|^\s/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',');
