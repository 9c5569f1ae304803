import type { ClusterStep } from '../../host/kube/cluster/await-cluster.ts';
import { connectCluster } from '../../host/kube/cluster/cluster-context.ts';
import type { Cluster } from '../../host/kube/cluster/list-clusters.ts';
import { kubeconfigPaths } from '../../host/kube/contexts/kubeconfig.ts';
import type { CliContext } from '../context.ts';
import { cancellable } from '../session/cancellable.ts';

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
  const report = (step: ClusterStep) =>
    context.stderr.write(` Cluster ${cluster.name}  ${STEPS[step]}\n`);
  const [kubeconfig] = kubeconfigPaths(context.env);
  return cancellable(
    context,
    (signal) => connectCluster(engine, cluster, { timeout, kubeconfig }, report, signal),
    {
      hint: `The cluster still starts. To wait for it, run \`berth kube cluster start ${cluster.name}\`.`,
    },
  );
}
