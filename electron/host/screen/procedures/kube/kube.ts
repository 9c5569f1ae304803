import type { KubeConnections } from '../../../kube/client/connections.ts';
import type { ScreenHost } from '../../screen-host.ts';
import { localClusterHandlers } from './clusters.ts';
import { kubeContextHandlers } from './contexts.ts';
import { kubeManifestHandlers } from './manifests.ts';
import { kubePodHandlers } from './pods.ts';
import { kubeServiceHandlers, portForwardHandlers } from './services.ts';
import { kubeWorkloadHandlers } from './workloads.ts';

/** `ended` aborts when the app ends. */
export function kubeHandlers(host: ScreenHost, clusters: KubeConnections, ended: AbortSignal) {
  return {
    contexts: kubeContextHandlers(host, clusters),
    clusters: localClusterHandlers(host),
    workloads: kubeWorkloadHandlers(clusters),
    pods: kubePodHandlers(clusters),
    services: kubeServiceHandlers(clusters),
    forwards: portForwardHandlers(clusters, ended),
    manifests: kubeManifestHandlers(host, clusters),
  };
}
