import type { Manifest } from './manifest.ts';

/** What others refer to comes first; kinds that aren't listed, such as those of operators, last. */
const ORDER = [
  ...['Namespace', 'PriorityClass', 'ResourceQuota', 'LimitRange', 'NetworkPolicy'],
  ...['PodDisruptionBudget', 'CustomResourceDefinition', 'ServiceAccount', 'ClusterRole'],
  ...['ClusterRoleBinding', 'Role', 'RoleBinding', 'Secret', 'ConfigMap', 'StorageClass'],
  ...['PersistentVolume', 'PersistentVolumeClaim', 'Service', 'DaemonSet', 'Pod', 'ReplicaSet'],
  ...['ReplicationController', 'Deployment', 'StatefulSet', 'Job', 'CronJob'],
  ...['HorizontalPodAutoscaler', 'IngressClass', 'Ingress', 'APIService'],
];

const rank = ({ object }: Manifest) => {
  const index = ORDER.indexOf(object.kind);
  return index < 0 ? ORDER.length : index;
};

/** In the order of creation. Objects of one kind stay in the order of the file. */
export function inOrder(manifests: readonly Manifest[]): Manifest[] {
  return [...manifests].sort((a, b) => rank(a) - rank(b));
}
