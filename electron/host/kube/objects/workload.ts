import * as z from 'zod';
import { conditionsSchema } from './conditions.ts';
import { kubeObjectSchema } from './kube-object.ts';

const count = z.number().optional();

const templateSchema = z.looseObject({
  metadata: z.looseObject({}).nullish(),
  spec: z
    .looseObject({
      containers: z
        .array(z.looseObject({ name: z.string(), image: z.string().optional() }))
        .nullish(),
    })
    .nullish(),
});

/** What Deployments, StatefulSets, DaemonSets, ReplicaSets and Jobs have in common. */
export const workloadSchema = kubeObjectSchema.extend({
  spec: z
    .looseObject({
      replicas: count,
      paused: z.boolean().optional(),
      selector: z
        .looseObject({
          matchLabels: z.record(z.string(), z.string()).nullish(),
          matchExpressions: z
            .array(
              z.looseObject({
                key: z.string(),
                operator: z.string(),
                values: z.array(z.string()).nullish(),
              }),
            )
            .nullish(),
        })
        .optional(),
      template: templateSchema.optional(),
      jobTemplate: z
        .looseObject({ spec: z.looseObject({ template: templateSchema.optional() }).optional() })
        .optional(),
      completions: count,
      suspend: z.boolean().optional(),
      schedule: z.string().optional(),
      updateStrategy: z.looseObject({ type: z.string().optional() }).nullish(),
    })
    .default({}),
  status: z
    .looseObject({
      observedGeneration: count,
      replicas: count,
      readyReplicas: count,
      updatedReplicas: count,
      availableReplicas: count,
      currentRevision: z.string().optional(),
      updateRevision: z.string().optional(),
      desiredNumberScheduled: count,
      updatedNumberScheduled: count,
      numberAvailable: count,
      numberReady: count,
      active: count,
      ready: count,
      succeeded: count,
      failed: count,
      conditions: conditionsSchema,
    })
    .default({}),
});
export type Workload = z.output<typeof workloadSchema>;

/** The containers of a workload's pods, as it describes them. */
export function templateContainers({ spec }: Workload) {
  const template = spec.template ?? spec.jobTemplate?.spec?.template;
  return template?.spec?.containers ?? [];
}

/** A selector in the form of the query `labelSelector`. */
export function selectorText({ spec }: Workload): string | undefined {
  const { matchLabels, matchExpressions } = spec.selector ?? {};
  const equal = Object.entries(matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const others = (matchExpressions ?? []).map(({ key, operator, values }) => {
    const list = `(${(values ?? []).join(',')})`;
    switch (operator) {
      case 'In':
        return `${key} in ${list}`;
      case 'NotIn':
        return `${key} notin ${list}`;
      case 'DoesNotExist':
        return `!${key}`;
      default:
        return key;
    }
  });
  return [...equal, ...others].join(',') || undefined;
}
