import * as z from 'zod';

/**
 * A request with this header only looks on: an idle machine is not kept up for it. Berth's own
 * screens and forwarding follow the engine's events so.
 */
export const looksOnHeader = 'berth-looks-on';

/** `GET /activity`. Requests that only look on are in neither number of requests. */
export const activitySchema = z.object({
  /** Requests that are being answered. */
  Requests: z.number(),
  /** Requests since the engine started: the number changes with each of them. */
  RequestsBegun: z.number(),
  /** Connections over SSH, the host's own among them. */
  Connections: z.number(),
});
export type Activity = z.infer<typeof activitySchema>;
