import type { PersistentVolume, PersistentVolumeClaim } from 'kubernetes-types/core/v1.js';
import type { StorageClass } from 'kubernetes-types/storage/v1.js';

export function claimDefaults(claim: PersistentVolumeClaim): PersistentVolumeClaim {
  const { spec } = claim;
  return spec ? { ...claim, spec: { volumeMode: 'Filesystem', ...spec } } : claim;
}

export function volumeDefaults(volume: PersistentVolume): PersistentVolume {
  const { spec } = volume;
  if (!spec) return volume;
  const policy = { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' };
  return { ...volume, spec: { ...policy, ...spec } };
}

export function storageClassDefaults(storageClass: StorageClass): StorageClass {
  return { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate', ...storageClass };
}
