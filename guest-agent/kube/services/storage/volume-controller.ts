import type { PersistentVolume } from 'kubernetes-types/core/v1.js';
import { keyOf, type ObjectKey, type Stored } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { recordEvent } from '../../objects/record-event.ts';
import { persistentVolumeClaims, persistentVolumes } from '../../objects/resources.ts';
import {
  deleteEngineVolume,
  isProvisioned,
  PV_PROTECTION,
  type VolumeEngine,
} from './engine-volume.ts';

type Volume = Stored<PersistentVolume>;
type Phase = 'Available' | 'Bound' | 'Released' | 'Failed';

/** Keeps the phase of a volume, and reclaims it when its claim is gone. */
export async function reconcileVolume(
  objects: Objects,
  engine: VolumeEngine,
  key: ObjectKey,
): Promise<void> {
  const volume = objects.get(persistentVolumes, key);
  if (volume === undefined) return;
  const { claimRef } = volume.spec ?? {};
  if (claimRef?.uid === undefined) {
    if (volume.metadata.deletionTimestamp !== undefined) await letGo(objects, engine, volume);
    else await protect(objects, volume);
    return;
  }
  const { namespace = 'default', name = '' } = claimRef;
  const claim = objects.get(persistentVolumeClaims, { namespace, name });
  if (claim?.metadata.uid === claimRef.uid) {
    await setPhase(objects, volume, 'Bound');
    return;
  }
  await reclaim(objects, engine, volume);
}

async function reclaim(objects: Objects, engine: VolumeEngine, volume: Volume): Promise<void> {
  const policy = volume.spec?.persistentVolumeReclaimPolicy ?? 'Retain';
  const isDeleted = volume.metadata.deletionTimestamp !== undefined;
  if (policy === 'Retain') {
    await setPhase(objects, volume, 'Released');
    if (isDeleted) await letGo(objects, engine, volume);
    return;
  }
  if (policy === 'Delete' && isProvisioned(volume)) {
    const released = await setPhase(objects, volume, 'Released');
    // While containers of a pod that has ended still use the volume, this fails and is tried again.
    await deleteEngineVolume(engine, volume);
    if (!isDeleted) await objects.requestDeletion(persistentVolumes, keyOf(volume));
    await letGo(objects, engine, released ?? volume);
    return;
  }
  const failed = await setPhase(objects, volume, 'Failed');
  if (isDeleted) await letGo(objects, engine, volume);
  if (failed === undefined) return;
  const message = `Berth deletes only volumes that it has made. Delete the files of ${volume.metadata.name} yourself.`;
  await recordEvent(objects, volume, { type: 'Warning', reason: 'VolumeFailedDelete', message });
}

async function protect(objects: Objects, volume: Volume): Promise<void> {
  const { finalizers = [] } = volume.metadata;
  if (!finalizers.includes(PV_PROTECTION)) {
    await objects.change(persistentVolumes, keyOf(volume), (current) => ({
      ...current,
      metadata: { ...current.metadata, finalizers: [...finalizers, PV_PROTECTION] },
    }));
  }
  await setPhase(objects, volume, 'Available');
}

/** A deleted volume goes once no claim is bound to it. */
async function letGo(objects: Objects, engine: VolumeEngine, volume: Volume): Promise<void> {
  const deletes = volume.spec?.persistentVolumeReclaimPolicy === 'Delete' && isProvisioned(volume);
  if (deletes) await deleteEngineVolume(engine, volume);
  await objects.change(persistentVolumes, keyOf(volume), (current) => ({
    ...current,
    metadata: {
      ...current.metadata,
      finalizers: (current.metadata.finalizers ?? []).filter((one) => one !== PV_PROTECTION),
    },
  }));
}

/** Undefined if the volume had the phase before. */
async function setPhase(
  objects: Objects,
  volume: Volume,
  phase: Phase,
): Promise<Volume | undefined> {
  if (volume.status?.phase === phase) return undefined;
  return objects.change(persistentVolumes, keyOf(volume), (current) => ({
    ...current,
    status: { ...current.status, phase },
  }));
}
