import * as z from 'zod';

/** A running container whose web server has names on this computer. */
export const domainSchema = z.object({
  containerId: z.string(),
  containerName: z.string(),
  /** Addresses for a browser, the one to show first. */
  urls: z.array(z.string()),
});
export type Domain = z.infer<typeof domainSchema>;

export const domainsSchema = z.object({
  /** The port of this computer's loopback addresses where all of them are. */
  port: z.number().int(),
  list: z.array(domainSchema),
});
export type Domains = z.infer<typeof domainsSchema>;
