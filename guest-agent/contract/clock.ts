import * as z from 'zod';

/*
 * What the host and the guest say on the guest's clock socket, one JSON document a line: each
 * request has its reply, in order. A step is relative, so that one that is late does no harm.
 */

export const clockRequestSchema = z.object({
  /** Milliseconds by which the guest's clock is put forward first; back, if negative. */
  step: z.number().int(),
});
export type ClockRequest = z.infer<typeof clockRequestSchema>;

export const clockReplySchema = z.object({
  /** The guest's time, milliseconds since the epoch. */
  now: z.number(),
});
export type ClockReply = z.infer<typeof clockReplySchema>;
