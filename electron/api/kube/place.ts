import * as z from 'zod';

/** A cluster; a namespace, or all of them. */
export const kubeScope = { context: z.string().min(1), namespace: z.string().min(1).optional() };

/** An object of a cluster. */
export const kubeRefSchema = z.object({
  context: z.string().min(1),
  kind: z.string().min(1),
  namespace: z.string().min(1),
  name: z.string().min(1),
});
export type KubeRef = z.infer<typeof kubeRefSchema>;

/** A change of one object while a cluster is changed. */
export const kubeProgressSchema = z.object({
  kind: z.string(),
  name: z.string(),
  namespace: z.string().optional(),
  state: z.enum(['working', 'done', 'warning']),
  /** `Created`, `2 of 3 pods are ready`. */
  text: z.string(),
});
export type KubeProgress = z.infer<typeof kubeProgressSchema>;
