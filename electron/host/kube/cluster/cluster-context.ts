import { HostError } from '../../base/errors.ts';
import { addContext } from '../contexts/change-kubeconfig.ts';
import type { Kubeconfig } from '../contexts/kubeconfig.ts';
import { clusterNames } from './cluster-names.ts';
import { KUBECONFIG_PATH } from './k3s.ts';

/** A kubeconfig of a cluster alone, with its context under Berth's name. */
export function kubeconfigOf(name: string, kubeconfig: Kubeconfig): Record<string, unknown> {
  const { cluster, user } = accessOf(kubeconfig);
  return {
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': name },
    clusters: [{ name, cluster }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  };
}

/** Adds the context of a cluster to the user's kubeconfig file. Returns its name. */
export async function addClusterContext(
  path: string,
  name: string,
  kubeconfig: Kubeconfig,
): Promise<string> {
  const { context } = clusterNames(name);
  await addContext(path, { name: context, ...accessOf(kubeconfig) });
  return context;
}

/** k3s writes one cluster and one user, both named `default`. */
function accessOf({ clusters: [cluster], users: [user] }: Kubeconfig) {
  if (cluster && user) return { cluster: cluster.cluster, user: user.user };
  throw new HostError('engine', `${KUBECONFIG_PATH} is incomplete`);
}
