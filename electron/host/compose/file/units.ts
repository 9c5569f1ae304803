import * as z from 'zod';
import { sortedRecord } from './record.ts';

/*
 * Values of the compose specification that can be written in several ways, as schemas that answer
 * the one form that `docker compose config` prints. The container's hash is made of these forms.
 */

const POWERS = ['b', 'k', 'm', 'g', 't', 'p'];

/** Bytes: `64m`, `1.5gb`, `512`. Units are powers of 1024. Undefined when it is no size. */
export function parseSize(text: string): number | undefined {
  if (/^-\d+$/.test(text)) return Number(text);
  const match = /^(\d+(?:\.\d+)?)\s*([bkmgtp])?(?:i?b)?$/i.exec(text.trim());
  if (!match) return undefined;
  return Math.floor(Number(match[1]) * 1024 ** POWERS.indexOf((match[2] ?? 'b').toLowerCase()));
}

const UNIT_NANOSECONDS: Readonly<Record<string, number>> = {
  us: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 86_400e9,
};

/** Nanoseconds of `1h30m`, `1.5s`, ...; undefined when it is no duration. */
export function parseNanoseconds(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^(?:\d+(?:\.\d+)?(?:us|ms|[smhd]))+$/.test(text)) return undefined;
  let nanoseconds = 0;
  for (const [, amount, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(us|ms|[smhd])/g)) {
    nanoseconds += Number(amount) * (UNIT_NANOSECONDS[unit] ?? 0);
  }
  return Math.round(nanoseconds);
}

/** As Go prints a duration: `1h0m0s`, `1m30.5s`, `500ms`. */
export function formatNanoseconds(nanoseconds: number): string {
  if (nanoseconds === 0) return '0s';
  if (nanoseconds < 1e6) return `${nanoseconds / 1e3}µs`;
  if (nanoseconds < 1e9) return `${nanoseconds / 1e6}ms`;
  const hours = Math.floor(nanoseconds / 3600e9);
  const minutes = Math.floor((nanoseconds % 3600e9) / 60e9);
  const seconds = (nanoseconds % 60e9) / 1e9;
  return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${seconds}s`;
}

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** Any scalar, as text. */
export const text = scalar.transform(String);

/** A number, or a variable that holds one. */
export const number = z
  .union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/, 'must be a number')])
  .transform(Number);

export const integer = number.refine(Number.isInteger, 'must be an integer');

export const boolean = z
  .union([z.boolean(), z.enum(['true', 'false', 'yes', 'no', 'on', 'off'])])
  .transform((value) => value === true || value === 'true' || value === 'yes' || value === 'on');

/** Bytes, as decimal digits. */
export const size = scalar.transform((value, context) => {
  const bytes = parseSize(String(value));
  if (bytes !== undefined) return String(bytes);
  context.addIssue({ code: 'custom', message: `invalid size: "${value}"` });
  return z.NEVER;
});

export const duration = scalar.transform((value, context) => {
  const nanoseconds = parseNanoseconds(String(value));
  if (nanoseconds !== undefined) return formatNanoseconds(nanoseconds);
  context.addIssue({ code: 'custom', message: `invalid duration: "${value}", as in 1m30s` });
  return z.NEVER;
});

/** One text or several. */
export const texts = z
  .union([text, z.array(text)])
  .transform((value) => (Array.isArray(value) ? value : [value]));

/** A map in the order that Go prints it. */
export const mapOf = <Value extends z.ZodType>(value: Value) =>
  z
    .record(z.string(), value)
    .transform((map) => sortedRecord<z.output<Value>>(Object.entries(map)));

/** `NAME: value` or a list of `NAME=value`; a name alone is empty. */
export const mapping = z
  .union([z.record(z.string(), scalar.nullable()), z.array(text)])
  .transform((value) =>
    sortedRecord(
      Array.isArray(value)
        ? value
            .map((entry) => [...split(entry, '=')] as const)
            .map(([k, v]) => [k, v ?? ''] as const)
        : Object.entries(value).map(([k, v]) => [k, v === null ? '' : String(v)] as const),
    ),
  );

/** Like a mapping; a name alone, or null, takes its value from elsewhere: null. */
export const environment = z
  .union([z.record(z.string(), scalar.nullable()), z.array(text)])
  .transform((value) =>
    sortedRecord<string | null>(
      Array.isArray(value)
        ? value.map((entry) => split(entry, '=')).map(([k, v]) => [k, v ?? null] as const)
        : Object.entries(value).map(([k, v]) => [k, v === null ? null : String(v)] as const),
    ),
  );

/** What is before and after the first separator. */
export function split(entry: string, separator: string): [string, string | undefined] {
  const at = entry.indexOf(separator);
  return at < 0 ? [entry, undefined] : [entry.slice(0, at), entry.slice(at + 1)];
}

/** An object of the specification: unknown keys are errors, those that begin with `x-` anyone's. */
export const spec = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.preprocess((value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith('x-')));
  }, z.strictObject(shape));
