import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from '../failure.ts';
import { logLineSchema } from '../logs.ts';
import { kubeRefSchema, kubeScope } from './place.ts';

export const kubeEventSchema = z.object({
  id: z.string(),
  /** RFC 3339: when it happened last. */
  at: z.string(),
  /** Something is wrong, or may be. */
  isWarning: z.boolean(),
  /** `Pulling`, `BackOff`. */
  reason: z.string(),
  message: z.string(),
  count: z.number().int(),
  /** The object that it is about. */
  kind: z.string(),
  name: z.string(),
  namespace: z.string(),
});
export type KubeEvent = z.infer<typeof kubeEventSchema>;

export const podLogLineSchema = logLineSchema.extend({ pod: z.string(), container: z.string() });
export type PodLogLine = z.infer<typeof podLogLineSchema>;

export const kubePodProcedures = {
  /**
   * The log of a pod, or of all pods of a workload or Service; several lines at a time. Ends with a
   * single pod.
   */
  logs: procedure
    .input(
      kubeRefSchema.extend({
        container: z.string().min(1).optional(),
        tail: z.number().int().min(0),
        /** The run before the container's last restart. */
        previous: z.boolean().optional(),
      }),
    )
    .output(
      eventIterator(
        z.object({
          lines: z.array(podLogLineSchema),
          /** All lines written before the log was opened have arrived. */
          caughtUp: z.boolean(),
        }),
      ),
    ),
  /** The last events, the newest first, and again after each change. */
  events: procedure.input(z.object(kubeScope)).output(eventIterator(z.array(kubeEventSchema))),
};
