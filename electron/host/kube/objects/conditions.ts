import * as z from 'zod';

/** The conditions in a status, which the server may send as null. */
export const conditionsSchema = z
  .array(
    z.looseObject({
      type: z.string(),
      status: z.string(),
      reason: z.string().optional(),
      message: z.string().optional(),
    }),
  )
  .nullish();
