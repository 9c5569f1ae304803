import { invalidTemplate } from './invalid-template.ts';

/** A value as Go's fmt prints it: maps and slices in brackets, absent values as `<no value>`. */
export function printed(value: unknown): string {
  if (value === null || value === undefined) return '<no value>';
  if (Array.isArray(value)) return `[${value.map(printed).join(' ')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
    return `map[${entries.map(([key, item]) => `${key}:${printed(item)}`).join(' ')}]`;
  }
  return String(value);
}

/** False, 0, '', absent values, empty lists and empty maps are false. */
export function truth(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value !== null && typeof value === 'object') return Object.keys(value).length > 0;
  return Boolean(value);
}

function at(container: unknown, key: unknown): unknown {
  if (Array.isArray(container) || typeof container === 'string') {
    const index = Number(key);
    if (!(index >= 0 && index < container.length))
      throw invalidTemplate(`index ${key} is out of range`);
    return container[index];
  }
  if (container !== null && typeof container === 'object') {
    return (container as Record<string, unknown>)[String(key)];
  }
  throw invalidTemplate(`"index" needs a list or a map`);
}

function size(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (Array.isArray(value)) return value.length;
  if (value !== null && typeof value === 'object') return Object.keys(value).length;
  throw invalidTemplate(`"len" needs text, a list or a map`);
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function formatted(pattern: unknown, values: readonly unknown[]): string {
  let next = 0;
  return String(pattern).replace(/%(-?\d*)([svdq%])/g, (_, width: string, verb: string) => {
    if (verb === '%') return '%';
    const value = values[next++];
    const text = verb === 'q' ? JSON.stringify(printed(value)) : printed(value);
    const columns = Math.abs(Number(width));
    return width.startsWith('-') ? text.padEnd(columns) : text.padStart(columns);
  });
}

function orLast(values: readonly unknown[], wanted: (value: unknown) => boolean): number {
  const index = values.findIndex(wanted);
  return index < 0 ? values.length - 1 : index;
}

type TemplateFunction = (...values: readonly unknown[]) => unknown;

/** Go's built-in functions and Docker's additions. */
export const templateFunctions: Readonly<Record<string, TemplateFunction>> = {
  json: (value) => JSON.stringify(value),
  join: (values, separator) => list(values).map(printed).join(String(separator)),
  split: (text, separator) => String(text).split(String(separator)),
  lower: (text) => String(text).toLowerCase(),
  upper: (text) => String(text).toUpperCase(),
  title: (text) => String(text).replace(/\b\p{L}/gu, (letter) => letter.toUpperCase()),
  truncate: (text, length) => [...String(text)].slice(0, Number(length)).join(''),
  pad: (text, before, after) =>
    text === '' ? '' : `${' '.repeat(Number(before))}${text}${' '.repeat(Number(after))}`,
  println: (...values) => `${values.map(printed).join(' ')}\n`,
  print: (...values) => values.map(printed).join(''),
  printf: (pattern, ...values) => formatted(pattern, values),
  len: size,
  index: (container, ...keys) => keys.reduce(at, container),
  eq: (first, ...others) => others.some((other) => other === first),
  ne: (left, right) => left !== right,
  lt: (left, right) => (left as number) < (right as number),
  le: (left, right) => (left as number) <= (right as number),
  gt: (left, right) => (left as number) > (right as number),
  ge: (left, right) => (left as number) >= (right as number),
  and: (...values) => values[orLast(values, (value) => !truth(value))],
  or: (...values) => values[orLast(values, truth)],
  not: (value) => !truth(value),
};
