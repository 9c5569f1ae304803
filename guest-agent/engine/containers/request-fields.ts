import { z } from 'zod';

/* Fields of request bodies. Go clients send null for what they leave out: it means the default. */

export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
