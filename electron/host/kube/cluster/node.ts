import * as z from 'zod';
import { conditionsSchema } from '../objects/conditions.ts';
import { kubeObjectSchema } from '../objects/kube-object.ts';

export const nodeSchema = kubeObjectSchema.extend({
  status: z
    .looseObject({
      conditions: conditionsSchema,
    })
    .default({}),
});
