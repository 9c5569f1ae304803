import type { ZodType } from 'zod';

/** What a schema has against a text, in its own words or in those given. */
export const checkWith =
  (schema: ZodType, words?: string) =>
  (text: string): string | undefined => {
    const result = schema.safeParse(text);
    if (result.success) return undefined;
    return words ?? result.error.issues[0]?.message;
  };
