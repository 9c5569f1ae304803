import * as z from 'zod';

/*
 * Fields of request bodies. Go clients send null for fields without a value, which means the
 * default.
 */

export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);

export const whole = z
  .int()
  .nullish()
  .transform((value) => value ?? 0);

export const strings = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? []);

export const textMap = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});
