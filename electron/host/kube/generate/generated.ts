import type { DaemonSet, Deployment, StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { Job } from 'kubernetes-types/batch/v1.js';
import type {
  ConfigMap,
  PersistentVolumeClaim,
  Pod,
  Secret,
  Service,
} from 'kubernetes-types/core/v1.js';

/** The kinds of objects that Berth writes. */
export type KubeManifest =
  | ConfigMap
  | DaemonSet
  | Deployment
  | Job
  | PersistentVolumeClaim
  | Pod
  | Secret
  | Service
  | StatefulSet;

export interface Generated {
  readonly objects: readonly KubeManifest[];
  /** What Kubernetes does differently, and what the manifests omit. */
  readonly warnings: readonly string[];
}

/** Collects warnings about one container or service. */
export type Warn = (message: string) => void;
