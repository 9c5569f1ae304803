import type { Deployment, ReplicaSet } from 'kubernetes-types/apps/v1.js';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import { canonical } from '../canonical.ts';

export const TEMPLATE_HASH = 'pod-template-hash';

/** The ReplicaSets of a Deployment. */
export interface Sets {
  /** The one with the Deployment's template, if it exists. */
  readonly newest: Stored<ReplicaSet> | undefined;
  /** The others, the oldest first. */
  readonly old: readonly Stored<ReplicaSet>[];
}

export function splitSets(
  deployment: Stored<Deployment>,
  owned: readonly Stored<ReplicaSet>[],
): Sets {
  const sorted = [...owned].sort(byAge);
  const wanted = templateText(deployment.spec?.template);
  const newest = sorted.find(({ spec }) => templateText(spec?.template) === wanted);
  return { newest, old: sorted.filter((set) => set !== newest) };
}

export function allOf({ newest, old }: Sets): readonly Stored<ReplicaSet>[] {
  return newest === undefined ? old : [...old, newest];
}

/** A template as text, without the hash that ReplicaSets add to it. */
function templateText(template: PodTemplateSpec | undefined): string {
  const { [TEMPLATE_HASH]: _, ...labels } = template?.metadata?.labels ?? {};
  return canonical({ ...template, metadata: { ...template?.metadata, labels } });
}

export function byAge(one: Stored<ReplicaSet>, other: Stored<ReplicaSet>): number {
  const age = (set: Stored<ReplicaSet>) => Date.parse(set.metadata.creationTimestamp);
  return age(one) - age(other) || (one.metadata.name < other.metadata.name ? -1 : 1);
}

export function sizeOf(set: Stored<ReplicaSet> | undefined): number {
  return set === undefined ? 0 : (set.spec?.replicas ?? 1);
}

export function totalSize(sets: readonly Stored<ReplicaSet>[]): number {
  return sets.reduce((total, set) => total + sizeOf(set), 0);
}

type Count = 'replicas' | 'readyReplicas' | 'availableReplicas';

/** How many pods the ReplicaSets have in fact. */
export function totalOf(sets: readonly (Stored<ReplicaSet> | undefined)[], count: Count): number {
  return sets.reduce((total, set) => total + (set?.status?.[count] ?? 0), 0);
}
