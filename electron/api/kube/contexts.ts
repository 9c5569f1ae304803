import * as z from 'zod';
import { procedure } from '../failure.ts';

export const kubeContextSchema = z.object({
  name: z.string(),
  /** The namespace of objects without one. */
  namespace: z.string(),
  /** The address of the API, for people. */
  server: z.string(),
  /** Berth's own engine. */
  isLocal: z.boolean(),
  /** What `kubectl` and `berth kube apply` use. */
  isCurrent: z.boolean(),
});
export type KubeContext = z.infer<typeof kubeContextSchema>;

export const kubeContextProcedures = {
  /** Berth's own context, then those of the user's kubeconfig. */
  list: procedure.output(z.array(kubeContextSchema)),
  /** Makes it the current one of `kubectl`. */
  use: procedure.input(z.object({ context: z.string().min(1) })).output(z.void()),
  /** The names of a cluster's namespaces; only the context's own without the right to list them. */
  namespaces: procedure.input(z.object({ context: z.string().min(1) })).output(z.array(z.string())),
};
