import { stringify } from 'yaml';
import { HostError } from '../../base/errors.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import { addContext } from '../contexts/change-kubeconfig.ts';
import type { Kubeconfig } from '../contexts/kubeconfig.ts';
import { awaitCluster, type ClusterStep } from './await-cluster.ts';
import { KUBECONFIG_PATH } from './k3s.ts';
import type { Cluster } from './list-clusters.ts';

const ONE_MINUTE = 60;

/** The kubeconfig of a running cluster alone, with its context under Berth's name, as YAML. */
export async function clusterKubeconfig(
  engine: EngineClient,
  found: Cluster,
  signal: AbortSignal,
): Promise<string> {
  const how = { timeout: ONE_MINUTE };
  const { cluster, user } = accessOf(await awaitCluster(engine, found, how, () => {}, signal));
  const name = found.context;
  return stringify({
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': name },
    clusters: [{ name, cluster }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  });
}

/**
 * Waits until a cluster that was started is ready, and adds its context to the user's kubeconfig
 * file. Returns the context's name. Rejects like `awaitCluster`.
 */
export async function connectCluster(
  engine: EngineClient,
  cluster: Cluster,
  { timeout, kubeconfig }: { readonly timeout: number; readonly kubeconfig: string },
  report: (step: ClusterStep) => void,
  signal: AbortSignal,
): Promise<string> {
  const found = await awaitCluster(engine, cluster, { timeout }, report, signal);
  await addContext(kubeconfig, { name: cluster.context, ...accessOf(found) });
  return cluster.context;
}

/** k3s writes one cluster and one user, both named `default`. */
function accessOf({ clusters: [cluster], users: [user] }: Kubeconfig) {
  if (cluster && user) return { cluster: cluster.cluster, user: user.user };
  throw new HostError('engine', `${KUBECONFIG_PATH} is incomplete`);
}
