import type { Namespace, Pod } from 'kubernetes-types/core/v1.js';
import type { KubeObject } from '../objects/kube-object.ts';
import { NODE_NAME } from '../objects/node-name.ts';
import { qosClass } from '../objects/qos-class.ts';
import type { Resource } from '../objects/resource.ts';

/** What the cluster itself sets on a new object. */
export function admit<T extends KubeObject>({ kind }: Resource<T>, object: T, current?: T): T {
  if (current) return object;
  if (kind === 'Pod') return admitPod(object as KubeObject as Pod) as KubeObject as T;
  if (kind === 'Namespace')
    return admitNamespace(object as KubeObject as Namespace) as KubeObject as T;
  return object;
}

/** Binds a pod to the only node: there is nothing to schedule. */
function admitPod(pod: Pod): Pod {
  if (!pod.spec) return pod;
  const spec = {
    serviceAccountName: 'default',
    serviceAccount: pod.spec.serviceAccountName ?? 'default',
    ...pod.spec,
    nodeName: NODE_NAME,
  };
  return { ...pod, spec, status: { phase: 'Pending', qosClass: qosClass(spec), ...pod.status } };
}

function admitNamespace(namespace: Namespace): Namespace {
  const { metadata = {}, spec } = namespace;
  const labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name ?? '' };
  return {
    ...{ ...namespace, metadata: { ...metadata, labels } },
    spec: { finalizers: ['kubernetes'], ...spec },
    status: { phase: 'Active' },
  };
}
