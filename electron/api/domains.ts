import * as z from 'zod';

/** A running container whose web server has names on this computer. */
export const siteSchema = z.object({
  containerId: z.string(),
  containerName: z.string(),
  /** Addresses for a browser, the one to show first. */
  urls: z.array(z.string()),
});
export type Site = z.infer<typeof siteSchema>;

export const sitesSchema = z.object({
  /** The port of this computer's loopback addresses where all of them are. */
  port: z.number().int(),
  list: z.array(siteSchema),
});
export type Sites = z.infer<typeof sitesSchema>;
