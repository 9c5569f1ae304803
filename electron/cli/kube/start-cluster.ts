import { awaitCluster, type ClusterStep } from '../../host/kube/cluster/await-cluster.ts';
import { addClusterContext } from '../../host/kube/cluster/cluster-context.ts';
import type { Cluster } from '../../host/kube/cluster/list-clusters.ts';
import { kubeconfigPaths } from '../../host/kube/contexts/kubeconfig.ts';
import { runWithProgress } from '../compose/run-with-progress.ts';
import type { CliContext } from '../context.ts';

const STEPS: Readonly<Record<ClusterStep, string>> = {
  container: 'Container is up',
  api: 'Waiting for the API',
  node: 'API answers, waiting for the node',
  ready: 'Node is ready',
};

/**
 * Waits with progress until a cluster that was started is ready, and adds its context to the user's
 * kubeconfig. Returns the context's name.
 */
export async function awaitStartedCluster(
  context: CliContext,
  cluster: Cluster,
  timeout: number,
): Promise<string> {
  const { engine } = await context.host();
  const kubeconfig = await runWithProgress(context, (_, signal) =>
    awaitCluster(
      engine,
      cluster,
      { timeout },
      (step) => context.stderr.write(` Cluster ${cluster.name}  ${STEPS[step]}\n`),
      signal,
    ),
  );
  const [path] = kubeconfigPaths(context.env);
  return addClusterContext(path, cluster.name, kubeconfig);
}
