import type { Pod } from 'kubernetes-types/core/v1.js';
import type { ContainerRecord } from '../../engine/containers/record/container.ts';
import type { Stored } from '../objects/kube-object.ts';

/** The labels by which a container of the engine is known as a pod's. */
export const podLabels = {
  /** Only Berth's own pods have it. */
  berth: 'io.berth.kube',
  name: 'io.kubernetes.pod.name',
  namespace: 'io.kubernetes.pod.namespace',
  uid: 'io.kubernetes.pod.uid',
  container: 'io.kubernetes.container.name',
  /** How many times the container was restarted before this run. */
  restarts: 'io.kubernetes.container.restartCount',
} as const;

/** The name of the container that holds a pod's namespaces, among the pod's containers. */
export const INFRASTRUCTURE = 'POD';

/** `k8s_CONTAINER_POD_NAMESPACE` */
export function engineName(pod: Stored<Pod>, container: string): string {
  const { name, namespace = 'default' } = pod.metadata;
  return `k8s_${container}_${name}_${namespace}`;
}

/** The labels of one container of a pod. */
export function labelsFor(
  pod: Stored<Pod>,
  container: string,
  restarts: number,
): Record<string, string> {
  const { name, namespace = 'default', uid } = pod.metadata;
  return {
    [podLabels.berth]: 'pod',
    [podLabels.name]: name,
    [podLabels.namespace]: namespace,
    [podLabels.uid]: uid,
    [podLabels.container]: container,
    [podLabels.restarts]: String(restarts),
  };
}

/** The UID of the pod that a container of the engine belongs to. */
export function podUidOf({ config }: ContainerRecord): string | undefined {
  return config.Labels[podLabels.berth] === 'pod' ? config.Labels[podLabels.uid] : undefined;
}
