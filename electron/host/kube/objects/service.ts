import * as z from 'zod';
import { kubeObjectSchema } from './kube-object.ts';

const loadBalancer = z
  .looseObject({
    ingress: z
      .array(z.looseObject({ ip: z.string().optional(), hostname: z.string().optional() }))
      .nullish(),
  })
  .nullish();

export const serviceSchema = kubeObjectSchema.extend({
  spec: z
    .looseObject({
      type: z.string().default('ClusterIP'),
      clusterIP: z.string().optional(),
      externalName: z.string().optional(),
      selector: z.record(z.string(), z.string()).nullish(),
      ports: z
        .array(
          z.looseObject({
            name: z.string().optional(),
            port: z.number(),
            targetPort: z.union([z.number(), z.string()]).optional(),
            nodePort: z.number().optional(),
            protocol: z.string().default('TCP'),
          }),
        )
        .nullish(),
    })
    .default({ type: 'ClusterIP' }),
  status: z.looseObject({ loadBalancer }).default({}),
});
export type Service = z.output<typeof serviceSchema>;

export const ingressSchema = kubeObjectSchema.extend({
  spec: z
    .looseObject({
      ingressClassName: z.string().optional(),
      rules: z.array(z.looseObject({ host: z.string().optional() })).nullish(),
      tls: z.array(z.looseObject({ hosts: z.array(z.string()).nullish() })).nullish(),
    })
    .default({}),
  status: z.looseObject({ loadBalancer }).default({}),
});
export type Ingress = z.output<typeof ingressSchema>;

/** The addresses that a load balancer got. */
export const balancerAddresses = ({ status }: Service | Ingress): string[] =>
  (status.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => hostname ?? ip ?? []);
