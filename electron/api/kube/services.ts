import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from '../failure.ts';
import { kubeRefSchema, kubeScope } from './place.ts';

/** A Service or an Ingress. */
export const kubeServiceSchema = z.object({
  kind: z.enum(['Service', 'Ingress']),
  name: z.string(),
  namespace: z.string(),
  /** `ClusterIP`, `NodePort`, `LoadBalancer`, `ExternalName`; the class of an Ingress. */
  type: z.string(),
  /** The Service's address in the cluster, or the host names of an Ingress. */
  addresses: z.array(z.string()),
  /** TCP ports of a Service that has pods: they can be forwarded. */
  ports: z.array(z.object({ port: z.number().int(), name: z.string() })),
  /** Where this host reaches it without forwarding. */
  urls: z.array(z.string()),
  created: z.string(),
});
export type KubeService = z.infer<typeof kubeServiceSchema>;

export const kubeServiceProcedures = {
  /** Services, then Ingresses; again after each change. */
  watch: procedure.input(z.object(kubeScope)).output(eventIterator(z.array(kubeServiceSchema))),
};

/** A port of this host that leads to a pod. */
export const portForwardSchema = kubeRefSchema.extend({
  id: z.string(),
  /** The port of the pod or the Service: a number or a name. */
  remote: z.string(),
  /** The port of 127.0.0.1. */
  port: z.number().int(),
  /** Why a connection failed, last. */
  problem: z.string().optional(),
});
export type PortForward = z.infer<typeof portForwardSchema>;

/** A forwarded port lasts until it is stopped or the app ends. */
export const portForwardProcedures = {
  watch: procedure.output(eventIterator(z.array(portForwardSchema))),
  /** To a pod, or to a ready pod of a workload or Service, chosen for each connection. */
  start: procedure
    .input(
      kubeRefSchema.extend({
        remote: z.string().min(1),
        /** Any free port if it is absent. Fails with 'invalid' if another program uses it. */
        local: z.number().int().min(1).max(65_535).optional(),
      }),
    )
    .output(portForwardSchema),
  stop: procedure.input(z.object({ id: z.string() })).output(z.void()),
};
