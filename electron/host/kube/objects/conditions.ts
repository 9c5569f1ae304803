import * as z from 'zod';

export const conditionSchema = z.looseObject({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
});

/** The conditions in a status, which the server may send as null. */
export const conditionsSchema = z.array(conditionSchema).nullish();
