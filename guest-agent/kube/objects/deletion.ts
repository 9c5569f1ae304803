import type { Pod } from 'kubernetes-types/core/v1.js';
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import type { KubeObject, Stored } from './kube-object.ts';
import { timestamp } from './timestamp.ts';

/** What happens to the objects that an object owns when it is deleted. */
export type PropagationPolicy = 'Background' | 'Foreground' | 'Orphan';

/** The finalizers for which the garbage collector deletes or keeps the owned objects first. */
export const FOREGROUND = 'foregroundDeletion';
export const ORPHAN = 'orphan';

const DEFAULT_GRACE_SECONDS = 30;

/**
 * The object once its deletion is requested. It remains while it has finalizers, a pod while its
 * containers stop, and a namespace while it has objects. Undefined if nothing needs it any more.
 */
export function deletionOf<T extends KubeObject>(
  object: Stored<T>,
  gracePeriodSeconds?: number,
  propagationPolicy?: PropagationPolicy,
): Stored<T> | undefined {
  const { metadata } = object;
  const finalizers = finalizersOf(metadata, propagationPolicy);
  const grace = graceOf(object, gracePeriodSeconds);
  const remains = finalizers.length > 0 || object.kind === 'Namespace' || grace > 0;
  if (!remains) return undefined;
  const isSooner = grace < (metadata.deletionGracePeriodSeconds ?? Number.POSITIVE_INFINITY);
  const isSame = finalizers.length === (metadata.finalizers ?? []).length;
  if (metadata.deletionTimestamp !== undefined && !isSooner && isSame) return object;
  const requested: typeof metadata = {
    ...metadata,
    ...(finalizers.length > 0 ? { finalizers } : {}),
    ...(metadata.deletionTimestamp === undefined || isSooner
      ? {
          deletionTimestamp: timestamp(Date.now() + grace * 1000),
          deletionGracePeriodSeconds: grace,
        }
      : {}),
  };
  return { ...object, metadata: requested };
}

/** Only pods have time to stop. */
function graceOf(object: Stored<KubeObject>, seconds: number | undefined): number {
  if (object.kind !== 'Pod') return 0;
  if (seconds !== undefined) return Math.max(0, seconds);
  const { spec, status } = object as Stored<Pod>;
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return 0;
  return spec?.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS;
}

function finalizersOf(metadata: ObjectMeta, policy: PropagationPolicy | undefined): string[] {
  const finalizers = metadata.finalizers ?? [];
  if (policy === undefined) return finalizers;
  const others = finalizers.filter((name) => name !== FOREGROUND && name !== ORPHAN);
  if (policy === 'Foreground') return [...others, FOREGROUND];
  return policy === 'Orphan' ? [...others, ORPHAN] : others;
}

/** Whether only its finalizers kept an object, and it has none any more. */
export function isFinished({ kind, metadata }: Stored<KubeObject>): boolean {
  return (
    metadata.deletionTimestamp !== undefined &&
    (metadata.finalizers ?? []).length === 0 &&
    kind !== 'Namespace' &&
    (metadata.deletionGracePeriodSeconds ?? 0) === 0
  );
}
