import * as z from 'zod';

/**
 * Marks requests that only watch, so that Berth doesn't keep an idle VM running for them. Berth's
 * app and port forwarding follow the engine's events with this header.
 */
export const looksOnHeader = 'berth-looks-on';

/** `GET /activity`. Neither number includes requests that only watch. */
export const activitySchema = z.object({
  /** Active requests. */
  Requests: z.number(),
  /** Requests since the engine started, so each request changes the number. */
  RequestsBegun: z.number(),
  /** SSH connections, including the host's own. */
  Connections: z.number(),
});
export type Activity = z.infer<typeof activitySchema>;
