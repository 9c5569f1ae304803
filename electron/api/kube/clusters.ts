import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from '../failure.ts';
import { pullProgressSchema } from '../images.ts';

/** A Kubernetes cluster in a container of Berth's engine. */
export const localClusterSchema = z.object({
  name: z.string(),
  /** The ID of its container. */
  containerId: z.string(),
  /** The name of its context in the user's kubeconfig. */
  context: z.string(),
  image: z.string(),
  /** As in `docker ps`: `running`, `exited`. */
  state: z.string(),
  /** In words: `Up 2 minutes`. */
  status: z.string(),
});
export type LocalCluster = z.infer<typeof localClusterSchema>;

/** How far the start of a cluster is. */
export const clusterStartSchema = z.discriminatedUnion('step', [
  z.object({ step: z.literal('image'), pull: pullProgressSchema }),
  z.object({ step: z.enum(['container', 'api', 'node', 'ready']) }),
]);
export type ClusterStart = z.infer<typeof clusterStartSchema>;

const name = z.string().min(1);
const cluster = z.object({ name });

export const localClusterProcedures = {
  /** All of them, and again after each change. */
  watch: procedure.output(eventIterator(z.array(localClusterSchema))),
  /** The image that `create` uses by default. */
  defaultImage: procedure.output(z.string()),
  /**
   * Ends when the cluster can run pods and its context is in the user's kubeconfig. Fails with
   * 'invalid' if the cluster exists. Ending the iteration early stops only the wait.
   */
  create: procedure
    .input(
      z.object({
        name,
        image: z.string().min(1).optional(),
        /** The port of the API on this host; any free one if it is absent. */
        port: z.number().int().min(1).max(65_535).optional(),
        /** More flags of `k3s server`. */
        flags: z.array(z.string().min(1)),
      }),
    )
    .output(eventIterator(clusterStartSchema)),
  /** Ends like `create`. */
  start: procedure.input(cluster).output(eventIterator(clusterStartSchema)),
  stop: procedure.input(cluster).output(z.void()),
  /** Removes it with all its data, and its context. */
  remove: procedure.input(cluster).output(z.void()),
  /** The kubeconfig of a running cluster alone, as YAML. It has a private key. */
  kubeconfig: procedure.input(cluster).output(z.string()),
  /** Adds the context of a running cluster to the user's kubeconfig again. Returns its name. */
  addContext: procedure.input(cluster).output(z.string()),
};
