import * as z from 'zod';

/** A running container whose web server has names on the host. */
const domainSchema = z.object({
  containerId: z.string(),
  containerName: z.string(),
  /** Addresses for a browser, the one to show first. */
  urls: z.array(z.string()),
});

export const domainsSchema = z.object({
  /** The port on the host's loopback addresses that serves all of them. */
  port: z.number().int(),
  list: z.array(domainSchema),
});
export type Domains = z.infer<typeof domainsSchema>;
