import * as z from 'zod';

/*
 * Messages on the guest's clock socket, one JSON document per line: replies come in the order of
 * requests. A step is relative, so a late step does no harm.
 */

export const clockRequestSchema = z.object({
  /** Milliseconds to add to the guest's clock before the reply. Negative turns the clock back. */
  step: z.number().int(),
});
export type ClockRequest = z.infer<typeof clockRequestSchema>;

export const clockReplySchema = z.object({
  /** The guest's time in milliseconds since the epoch. */
  now: z.number(),
});
export type ClockReply = z.infer<typeof clockReplySchema>;
