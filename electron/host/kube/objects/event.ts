import * as z from 'zod';
import { kubeObjectSchema } from './kube-object.ts';

export const eventSchema = kubeObjectSchema.extend({
  type: z.string().default(''),
  reason: z.string().default(''),
  message: z.string().default(''),
  count: z.number().nullish(),
  firstTimestamp: z.string().nullish(),
  lastTimestamp: z.string().nullish(),
  eventTime: z.string().nullish(),
  involvedObject: z
    .looseObject({
      kind: z.string().default(''),
      name: z.string().default(''),
      namespace: z.string().optional(),
      uid: z.string().optional(),
    })
    .default({ kind: '', name: '' }),
});
export type KubeEvent = z.output<typeof eventSchema>;

/** When the event happened last, in RFC 3339. */
export function eventTime({ lastTimestamp, eventTime: time, firstTimestamp, metadata }: KubeEvent) {
  return lastTimestamp ?? time ?? firstTimestamp ?? metadata.creationTimestamp ?? '';
}
