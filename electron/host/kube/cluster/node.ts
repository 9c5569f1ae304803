import * as z from 'zod';
import { conditionSchema } from '../objects/conditions.ts';
import { kubeObjectSchema } from '../objects/kube-object.ts';

export const nodeSchema = kubeObjectSchema.extend({
  status: z
    .looseObject({
      conditions: z
        .array(conditionSchema.extend({ lastHeartbeatTime: z.string().nullish() }))
        .nullish(),
    })
    .default({}),
});
