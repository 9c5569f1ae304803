import type { ZodType } from 'zod';

/** Why a schema refuses a text, in the schema's own words or in the given ones. */
export const checkWith =
  (schema: ZodType, words?: string) =>
  (text: string): string | undefined => {
    const result = schema.safeParse(text);
    if (result.success) return undefined;
    return words ?? result.error.issues[0]?.message;
  };
