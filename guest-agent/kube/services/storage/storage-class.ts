import type { StorageClass } from 'kubernetes-types/storage/v1.js';
import { KubeError } from '../../kube-error.ts';
import type { Stored } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { storageClasses } from '../../objects/resources.ts';

/** Makes PersistentVolumes from volumes of the engine. */
export const PROVISIONER = 'berth.io/volume';
const IS_DEFAULT = 'storageclass.kubernetes.io/is-default-class';

/** Creates Berth's own class, which is the default. Idempotent. */
export async function createStorageClass(objects: Objects): Promise<void> {
  const storageClass: StorageClass = {
    metadata: { name: 'berth', annotations: { [IS_DEFAULT]: 'true' } },
    ...{ provisioner: PROVISIONER, reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' },
    allowVolumeExpansion: true,
  };
  await objects.create(storageClasses, storageClass).catch((error) => {
    if (!(error instanceof KubeError) || error.reason !== 'AlreadyExists') throw error;
  });
}

/** The class of claims that name none. The newest of several defaults counts, as in Kubernetes. */
export function defaultClass(objects: Objects): Stored<StorageClass> | undefined {
  return objects
    .list(storageClasses)
    .filter(({ metadata }) => metadata.annotations?.[IS_DEFAULT] === 'true')
    .sort((a, b) => b.metadata.creationTimestamp.localeCompare(a.metadata.creationTimestamp))[0];
}
