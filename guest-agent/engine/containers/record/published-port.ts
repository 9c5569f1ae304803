import * as z from 'zod';

/** A port of the machine that one run of a container has. */
export const publishedPortSchema = z.object({
  /** The container's: "80/tcp". */
  port: z.string(),
  hostIp: z.string(),
  hostPort: z.int(),
});
export type PublishedPort = z.infer<typeof publishedPortSchema>;
