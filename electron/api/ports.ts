import * as z from 'zod';

/** One port of a running container on this computer. */
export const publishedPortSchema = z.object({
  /** The address of this computer: `0.0.0.0` and `::` are all of them. */
  address: z.string(),
  port: z.number().int(),
  protocol: z.enum(['tcp', 'udp', 'sctp']),
  containerId: z.string(),
  containerName: z.string(),
  /** Why it is not open, for people; absent when it is. */
  problem: z.string().optional(),
});
export type PublishedPort = z.infer<typeof publishedPortSchema>;
