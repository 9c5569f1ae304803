/** Seconds to wait for a cluster's objects, unless the user says otherwise. */
export const PATIENCE = 300;

/** A change of one object of a cluster while manifests are applied or removed. */
export interface KubeProgress {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly state: 'working' | 'done' | 'warning';
  /** `Created`, `Pulling`, `2 of 3 pods are ready`. */
  readonly text: string;
}

export type ReportProgress = (progress: KubeProgress) => void;
