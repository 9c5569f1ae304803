import { kubeContextProcedures } from './contexts.ts';
import { kubePodProcedures } from './pods.ts';
import { kubeWorkloadProcedures } from './workloads.ts';

/** Clusters of Kubernetes: Berth's own engine and those of the user's kubeconfig. */
export const kubeProcedures = {
  contexts: kubeContextProcedures,
  workloads: kubeWorkloadProcedures,
  pods: kubePodProcedures,
};
