import type { KubeConnections } from '../../../kube/client/connections.ts';
import type { ScreenHost } from '../../screen-host.ts';
import { kubeContextHandlers } from './contexts.ts';
import { kubePodHandlers } from './pods.ts';
import { kubeWorkloadHandlers } from './workloads.ts';

export function kubeHandlers(host: ScreenHost, clusters: KubeConnections) {
  return {
    contexts: kubeContextHandlers(host, clusters),
    workloads: kubeWorkloadHandlers(clusters),
    pods: kubePodHandlers(clusters),
  };
}
