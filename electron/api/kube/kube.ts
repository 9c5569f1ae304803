import { localClusterProcedures } from './clusters.ts';
import { kubeContextProcedures } from './contexts.ts';
import { kubeManifestProcedures } from './manifests.ts';
import { kubePodProcedures } from './pods.ts';
import { kubeServiceProcedures, portForwardProcedures } from './services.ts';
import { kubeWorkloadProcedures } from './workloads.ts';

/** Clusters of Kubernetes: Berth's own engine and those of the user's kubeconfig. */
export const kubeProcedures = {
  contexts: kubeContextProcedures,
  clusters: localClusterProcedures,
  workloads: kubeWorkloadProcedures,
  pods: kubePodProcedures,
  services: kubeServiceProcedures,
  forwards: portForwardProcedures,
  manifests: kubeManifestProcedures,
};
