import * as z from 'zod';
import { formatDuration, parseDuration } from '../../../../guest-agent/grammar/duration.ts';
import { GrammarError } from '../../../../guest-agent/grammar/grammar-error.ts';
import { splitEntry } from '../../../../guest-agent/grammar/key-values.ts';
import { sizeOf } from '../../../../guest-agent/grammar/size.ts';
import { EXTENSIONS, type Extensions, sortedRecord } from './record.ts';

/**
 * Schemas for values that can be written in several ways. Each parses to the form that `docker
 * compose config` prints; the container's hash is computed from these forms.
 */

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** Any scalar, as text. */
export const text = scalar.transform(String);

/** A number, or a variable that holds one. */
export const number = z
  .union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/, 'must be a number')])
  .transform(Number);

export const integer = number.refine(Number.isInteger, 'must be an integer');

export const replicas = integer.refine(
  (number) => number >= 0,
  'must be greater than or equal to 0',
);

export const boolean = z
  .union([z.boolean(), z.enum(['true', 'false', 'yes', 'no', 'on', 'off'])])
  .transform((value) => value === true || value === 'true' || value === 'yes' || value === 'on');

/** Bytes, as decimal digits. */
export const size = scalar.transform((value, context) => {
  const digits = String(value);
  // For some sizes, a negative value means no limit.
  const bytes = /^-\d+$/.test(digits) ? Number(digits) : sizeOf(digits);
  if (bytes !== undefined) return String(bytes);
  context.addIssue({ code: 'custom', message: `invalid size: "${value}"` });
  return z.NEVER;
});

export const duration = scalar.transform((value, context) => {
  const nanoseconds = parseDuration(String(value), 'compose');
  if (nanoseconds !== undefined && nanoseconds >= 0) return formatDuration(nanoseconds);
  context.addIssue({
    code: 'custom',
    message: `invalid duration: "${value}". Use a value such as 1m30s`,
  });
  return z.NEVER;
});

/** One text or several. */
export const texts = z
  .union([text, z.array(text)])
  .transform((value) => (Array.isArray(value) ? value : [value]));

/** A map sorted as Go prints it. */
export const mapOf = <Value extends z.ZodType>(value: Value) =>
  z
    .record(z.string(), value)
    .transform((map) => sortedRecord<z.output<Value>>(Object.entries(map)));

/** `NAME: value` or a list of `NAME=value`; a name without a value is empty. */
export const mapping = z
  .union([z.record(z.string(), scalar.nullable()), z.array(z.string())])
  .transform((value) =>
    sortedRecord(
      Array.isArray(value)
        ? value
            .map((entry) => [...splitEntry(entry)] as const)
            .map(([k, v]) => [k, v ?? ''] as const)
        : Object.entries(value).map(([k, v]) => [k, v === null ? '' : String(v)] as const),
    ),
  );

/**
 * Like a mapping, but a name without a value, or null, becomes null and takes its value from the
 * environment.
 */
export const environment = z
  .union([z.record(z.string(), scalar.nullable()), z.array(z.string())])
  .transform((value) =>
    sortedRecord<string | null>(
      Array.isArray(value)
        ? value.map((entry) => splitEntry(entry)).map(([k, v]) => [k, v ?? null] as const)
        : Object.entries(value).map(([k, v]) => [k, v === null ? null : String(v)] as const),
    ),
  );

/** A string that a parser reads. Parse errors become issues of the file, at `path` in the value. */
export const read =
  <Value>(parse: (text: string) => Value, path: readonly string[] = []) =>
  (text: string | number, context: z.core.$RefinementCtx): Value => {
    try {
      return parse(String(text));
    } catch (error) {
      if (!(error instanceof GrammarError)) throw error;
      context.addIssue({ code: 'custom', message: error.reason ?? error.message, path: [...path] });
      return z.NEVER;
    }
  };

/** A string that a parser checks, but doesn't change. */
export const check = (parse: (text: string) => unknown) =>
  read((text) => {
    parse(text);
    return text;
  });

/** The key under which the keys that begin with `x-` pass the schema. */
const EXTRA = 'x-';

/**
 * An object of the specification: unknown keys are errors. Keys that begin with `x-` come under
 * `EXTENSIONS`, which JSON leaves out, as Docker's hashes do.
 */
export const spec = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.preprocess(
    (value) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
      const isExtra = ([key]: [string, unknown]) => key.startsWith('x-');
      const entries = Object.entries(value);
      // A merged object has them apart already.
      const before = (value as { [EXTENSIONS]?: Extensions })[EXTENSIONS] ?? {};
      const extra = [...Object.entries(before), ...entries.filter(isExtra)];
      if (extra.length === 0) return value;
      const own = entries.filter((entry) => !isExtra(entry));
      return { ...Object.fromEntries(own), [EXTRA]: sortedRecord(extra) };
    },
    z
      .strictObject({ ...shape, [EXTRA]: z.record(z.string(), z.unknown()).optional() })
      .transform((object) => {
        const { [EXTRA]: extra, ...own } = object as Record<string, unknown>;
        return { ...own, ...(extra !== undefined && { [EXTENSIONS]: extra }) } as z.output<
          z.ZodObject<Shape>
        > & { [EXTENSIONS]?: Extensions };
      }),
  );
