import type { PersistentVolume, PersistentVolumeClaim } from 'kubernetes-types/core/v1.js';
import type { StorageClass } from 'kubernetes-types/storage/v1.js';
import { volumeUsers } from '../../../engine/containers/record/volume-users.ts';
import type { Engine } from '../../../engine/engine.ts';
import { EngineError } from '../../../errors.ts';
import type { Stored } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { persistentVolumes } from '../../objects/resources.ts';
import { VOLUME_ANNOTATION } from '../../pods/volumes/claim-volume.ts';
import { PROVISIONER } from './storage-class.ts';

/** On a volume of the engine, the PersistentVolume that it was made for. */
const OWNER_LABEL = 'io.kubernetes.pv.name';
export const PV_PROTECTION = 'kubernetes.io/pv-protection';

export type VolumeEngine = Pick<Engine, 'volumes' | 'containers'>;

/**
 * Creates the PersistentVolume for a claim. It takes the name of the engine's volume, which is
 * created before the two are bound.
 */
export async function provision(
  objects: Objects,
  engine: VolumeEngine,
  claim: Stored<PersistentVolumeClaim>,
  storageClass: Stored<StorageClass>,
): Promise<Stored<PersistentVolume>> {
  const { name, namespace = 'default', uid } = claim.metadata;
  const volume = freeName(objects, engine, `kube-${namespace}-${name}`, uid);
  const { accessModes = [], resources, volumeMode = 'Filesystem' } = claim.spec ?? {};
  return objects.create(persistentVolumes, {
    metadata: {
      name: `pvc-${uid}`,
      annotations: {
        [VOLUME_ANNOTATION]: volume,
        'pv.kubernetes.io/provisioned-by': PROVISIONER,
      },
      finalizers: [PV_PROTECTION],
    },
    spec: {
      ...{ accessModes, volumeMode, capacity: { storage: resources?.requests?.storage ?? '0' } },
      ...{ claimRef: claimReference(claim), storageClassName: storageClass.metadata.name },
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      csi: { driver: PROVISIONER, volumeHandle: volume },
    },
    status: { phase: 'Pending' },
  });
}

/**
 * Creates the volume of the engine behind a PersistentVolume of `provision`. Idempotent. Throws
 * EngineError 'conflict' if the engine has another volume of that name.
 */
export async function ensureEngineVolume(
  engine: VolumeEngine,
  { metadata, spec }: Stored<PersistentVolume>,
): Promise<void> {
  const name = metadata.annotations?.[VOLUME_ANNOTATION];
  if (name === undefined) return;
  const { name: claim = '', namespace = '' } = spec?.claimRef ?? {};
  const volume = await engine.volumes.ensure(name, {
    labels: {
      [OWNER_LABEL]: metadata.name,
      'io.berth.kube': 'claim',
      'io.kubernetes.pvc.name': claim,
      'io.kubernetes.pvc.namespace': namespace,
    },
  });
  if (volume.labels[OWNER_LABEL] === metadata.name) return;
  throw new EngineError(
    'conflict',
    `volume ${name} exists, but it wasn't made for ${metadata.name}. Delete the claim and create it again.`,
  );
}

/**
 * Two claims can have the same name of a volume. A retained volume keeps its name, also when its
 * PersistentVolume is gone, and a user's own volume can have it too.
 */
function freeName(objects: Objects, engine: VolumeEngine, name: string, uid: string): string {
  const isTaken =
    engine.volumes.has(name) ||
    objects
      .list(persistentVolumes)
      .some(({ metadata }) => metadata.annotations?.[VOLUME_ANNOTATION] === name);
  return isTaken ? `${name}-${uid.slice(0, 8)}` : name;
}

export function claimReference({ metadata }: Stored<PersistentVolumeClaim>) {
  const { name, namespace = 'default', uid, resourceVersion } = metadata;
  return {
    ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
    ...{ name, namespace, uid, resourceVersion },
  };
}

/**
 * Deletes the volume of the engine that was made for a PersistentVolume, with all its files. Another
 * volume of that name stays. Idempotent.
 */
export async function deleteEngineVolume(
  engine: VolumeEngine,
  { metadata }: Stored<PersistentVolume>,
): Promise<void> {
  const name = metadata.annotations?.[VOLUME_ANNOTATION];
  const volume = engine.volumes.list().find((one) => one.name === name);
  if (name === undefined || volume?.labels[OWNER_LABEL] !== metadata.name) return;
  await engine.volumes.remove(name, () => volumeUsers(engine, name));
}

/** Whether Berth made the volume, so that it can delete it. */
export function isProvisioned({ metadata }: Stored<PersistentVolume>): boolean {
  return metadata.annotations?.['pv.kubernetes.io/provisioned-by'] === PROVISIONER;
}
