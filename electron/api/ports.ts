import * as z from 'zod';

/** A published port of a running container on the host, or a port of a Service or an Ingress. */
export const publishedPortSchema = z.object({
  /** An address of the host. `0.0.0.0` and `::` stand for all addresses. */
  address: z.string(),
  port: z.number().int(),
  protocol: z.enum(['tcp', 'udp', 'sctp']),
  /** Empty for a port of a Service or an Ingress of Kubernetes, which `containerName` names. */
  containerId: z.string(),
  containerName: z.string(),
  /** Why the port isn't open, for people; absent when it is open. */
  problem: z.string().optional(),
});
export type PublishedPort = z.infer<typeof publishedPortSchema>;
