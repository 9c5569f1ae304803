import * as z from 'zod';
import { kubeObjectSchema } from '../objects/kube-object.ts';

export const nodeSchema = kubeObjectSchema.extend({
  status: z
    .looseObject({
      conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).nullish(),
    })
    .default({}),
});
