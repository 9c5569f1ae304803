import * as z from 'zod';

/** What the FUSE client is started with, as JSON. */
export const clientConfigSchema = z.object({
  mounts: z.array(z.object({ mountPoint: z.string(), socket: z.string() })),
});
export type ClientConfig = z.infer<typeof clientConfigSchema>;
