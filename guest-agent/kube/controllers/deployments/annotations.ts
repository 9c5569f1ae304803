import type { Deployment, ReplicaSet } from 'kubernetes-types/apps/v1.js';
import type { Stored } from '../../objects/kube-object.ts';

export const REVISION = 'deployment.kubernetes.io/revision';
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
const DESIRED = 'deployment.kubernetes.io/desired-replicas';
const MAX = 'deployment.kubernetes.io/max-replicas';

/** Annotations of a Deployment that its ReplicaSets don't get. */
const NOT_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  ...[REVISION, REVISION_HISTORY, DESIRED, MAX],
  'deprecated.deployment.rollback.to',
]);

type Annotations = Record<string, string>;

const annotationsOf = ({ metadata }: Stored<ReplicaSet> | Stored<Deployment>): Annotations =>
  metadata.annotations ?? {};

export function revisionOf(object: Stored<ReplicaSet> | Stored<Deployment>): number {
  return Number(annotationsOf(object)[REVISION] ?? 0) || 0;
}

/** How many pods the Deployment wanted when it last set the size of this ReplicaSet. */
export function desiredReplicas(set: Stored<ReplicaSet>): number | undefined {
  const text = annotationsOf(set)[DESIRED];
  return text === undefined ? undefined : Number(text);
}

/** The same with the surge. */
export function maxReplicas(set: Stored<ReplicaSet>): number | undefined {
  const text = annotationsOf(set)[MAX];
  return text === undefined ? undefined : Number(text);
}

export function sizeAnnotations(desired: number, surge: number): Annotations {
  return { [DESIRED]: String(desired), [MAX]: String(desired + surge) };
}

/** The annotations of a ReplicaSet that becomes, or is, the newest revision. */
export function revisionAnnotations(
  current: Annotations,
  deployment: Stored<Deployment>,
  revision: number,
): Annotations {
  const copied = Object.entries(annotationsOf(deployment)).filter(([key]) => !NOT_COPIED.has(key));
  const annotations = { ...current, ...Object.fromEntries(copied) };
  const old = current[REVISION];
  if (old !== undefined && Number(old) >= revision) return annotations;
  annotations[REVISION] = String(revision);
  if (old !== undefined) {
    // A rollback makes an old ReplicaSet the newest one. Its old revision numbers stay known.
    const history = [current[REVISION_HISTORY], old].filter((each) => each !== undefined);
    annotations[REVISION_HISTORY] = history.join(',');
  }
  return annotations;
}
