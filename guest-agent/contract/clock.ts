import * as z from 'zod';

/*
 * What the host and the guest say on the guest's clock socket, one JSON document a line: each
 * request has its reply, in order. A step is relative, so that one that is late does no harm.
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
