import { HostError } from '../../base/errors.ts';

export const DEFAULT_CLUSTER = 'default';

/** Containers of clusters have this label; its value is the cluster's name. */
export const CLUSTER_LABEL = 'io.berth.kube.cluster';

/** Its containers, volume and context. Throws HostError 'invalid' for a name that isn't valid. */
export function clusterNames(name: string) {
  if (!/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/.test(name)) {
    throw new HostError('invalid', `"${name}" is not a valid name of a cluster`, {
      hint: 'Use at most 40 lowercase letters, digits and hyphens.',
    });
  }
  return {
    container: `berth-kube-${name}`,
    volume: `berth-kube-${name}`,
    context: `berth-${name}`,
  };
}
