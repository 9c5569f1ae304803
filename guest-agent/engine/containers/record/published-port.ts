import * as z from 'zod';

/** A port of the VM that one run of a container uses. */
export const publishedPortSchema = z.object({
  /** The container's port: "80/tcp". */
  port: z.string(),
  hostIp: z.string(),
  hostPort: z.int(),
});
export type PublishedPort = z.infer<typeof publishedPortSchema>;
