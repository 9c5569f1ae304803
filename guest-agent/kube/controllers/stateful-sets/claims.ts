import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { PersistentVolumeClaim, Pod } from 'kubernetes-types/core/v1.js';
import type { OwnerReference } from 'kubernetes-types/meta/v1.js';
import { type KubeObject, keyOf, type Stored } from '../../objects/kube-object.ts';
import { persistentVolumeClaims } from '../../objects/resources.ts';
import { isSame } from '../canonical.ts';
import type { ControllerContext } from '../context.ts';
import { messageOf, record } from '../record.ts';

export function claimName(template: string, pod: string): string {
  return `${template}-${pod}`;
}

/** Creates the claims of a pod that are missing. They outlive the pod. */
export async function createClaims(
  context: ControllerContext,
  set: Stored<StatefulSet>,
  pod: string,
): Promise<void> {
  const { objects } = context;
  for (const template of set.spec?.volumeClaimTemplates ?? []) {
    const claim = claimFor(set, template, pod);
    const name = claim.metadata?.name ?? '';
    const found = objects.get(persistentVolumeClaims, { ...keyOf(set), name });
    if (found?.metadata.deletionTimestamp !== undefined) {
      throw new Error(`claim ${name} is being deleted`);
    }
    if (found) continue;
    const subject = `Claim ${name} Pod ${pod} in StatefulSet ${set.metadata.name}`;
    await objects.create(persistentVolumeClaims, claim).catch(async (cause) => {
      const message = `create ${subject} failed error: ${messageOf(cause)}`;
      await record(context, set, 'Warning', 'FailedCreate', message);
      throw cause;
    });
    await record(context, set, 'Normal', 'SuccessfulCreate', `create ${subject} success`);
  }
}

function claimFor(
  set: Stored<StatefulSet>,
  { metadata = {}, spec }: PersistentVolumeClaim,
  pod: string,
): PersistentVolumeClaim {
  const { namespace } = set.metadata;
  return {
    metadata: {
      name: claimName(metadata.name ?? '', pod),
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...metadata.labels, ...set.spec?.selector.matchLabels },
      ...(metadata.annotations === undefined ? {} : { annotations: metadata.annotations }),
    },
    ...(spec === undefined ? {} : { spec }),
    status: { phase: 'Pending' },
  };
}

/**
 * Lets claims be deleted with what the retention policy says: with the StatefulSet, or with a pod
 * that is one too many. By default, nothing deletes them.
 */
export async function syncClaimOwners(
  { objects }: ControllerContext,
  set: Stored<StatefulSet>,
  pod: Stored<Pod>,
  isSurplus: boolean,
): Promise<void> {
  const { whenDeleted, whenScaled } = set.spec?.persistentVolumeClaimRetentionPolicy ?? {};
  const owner = ownerOf();
  for (const { metadata } of set.spec?.volumeClaimTemplates ?? []) {
    const key = { ...keyOf(set), name: claimName(metadata?.name ?? '', pod.metadata.name) };
    await objects.change(persistentVolumeClaims, key, (claim) => {
      const old = claim.metadata.ownerReferences ?? [];
      const others = old.filter(
        (each) =>
          each.uid !== set.metadata.uid &&
          !(each.kind === 'Pod' && each.name === pod.metadata.name),
      );
      const ownerReferences = owner ? [...others, owner] : others;
      if (isSame(old, ownerReferences)) return claim;
      return { ...claim, metadata: { ...claim.metadata, ownerReferences } };
    });
  }

  function ownerOf(): OwnerReference | undefined {
    if (isSurplus && whenScaled === 'Delete') return reference(pod);
    return whenDeleted === 'Delete' ? reference(set) : undefined;
  }
}

function reference({ apiVersion, kind, metadata }: Stored<KubeObject>): OwnerReference {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid };
}
