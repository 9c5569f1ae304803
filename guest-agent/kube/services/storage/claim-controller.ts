import type { PersistentVolume, PersistentVolumeClaim } from 'kubernetes-types/core/v1.js';
import { keyOf, type ObjectKey, type Stored } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { recordEvent } from '../../objects/record-event.ts';
import {
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  storageClasses,
} from '../../objects/resources.ts';
import { isUsed } from './claim-users.ts';
import {
  claimReference,
  ensureEngineVolume,
  isProvisioned,
  provision,
  type VolumeEngine,
} from './engine-volume.ts';
import { capacityOf, isFor, matchingVolume, requestedBytes } from './match-volume.ts';
import { defaultClass, PROVISIONER } from './storage-class.ts';

type Claim = Stored<PersistentVolumeClaim>;
type Volume = Stored<PersistentVolume>;

const PVC_PROTECTION = 'kubernetes.io/pvc-protection';

/** Binds a claim to a volume, and lets a deleted claim go once no pod uses it. */
export async function reconcileClaim(
  objects: Objects,
  engine: VolumeEngine,
  key: ObjectKey,
): Promise<void> {
  const claim = objects.get(persistentVolumeClaims, key);
  if (claim === undefined) return;
  if (claim.metadata.deletionTimestamp !== undefined) return release(objects, claim);
  const prepared = await prepare(objects, claim);
  if (prepared === undefined) return;
  if (prepared.spec?.volumeName && prepared.status?.phase === 'Bound') {
    await keepBound(objects, prepared);
    return;
  }
  const volume = await findVolume(objects, engine, prepared);
  if (volume) await bind(objects, engine, prepared, volume);
}

/** Protects the claim, and names its class if it names none. */
async function prepare(objects: Objects, claim: Claim): Promise<Claim | undefined> {
  const { finalizers = [] } = claim.metadata;
  const isProtected = finalizers.includes(PVC_PROTECTION);
  const className = claim.spec?.storageClassName ?? defaultClass(objects)?.metadata.name;
  if (isProtected && className === claim.spec?.storageClassName && claim.status?.phase) {
    return claim;
  }
  return objects.change(persistentVolumeClaims, keyOf(claim), (current) => ({
    ...current,
    metadata: {
      ...current.metadata,
      finalizers: isProtected ? finalizers : [...finalizers, PVC_PROTECTION],
    },
    spec: { ...current.spec, ...(className === undefined ? {} : { storageClassName: className }) },
    status: { phase: 'Pending', ...current.status },
  }));
}

async function release(objects: Objects, claim: Claim): Promise<void> {
  const { namespace, name, finalizers = [] } = claim.metadata;
  if (!finalizers.includes(PVC_PROTECTION) || isUsed(name, objects.list(pods, namespace))) return;
  await objects.change(persistentVolumeClaims, keyOf(claim), (current) => ({
    ...current,
    metadata: {
      ...current.metadata,
      finalizers: (current.metadata.finalizers ?? []).filter((one) => one !== PVC_PROTECTION),
    },
  }));
}

/** A volume that exists, or a new one if Berth provisions the claim's class. */
async function findVolume(
  objects: Objects,
  engine: VolumeEngine,
  claim: Claim,
): Promise<Volume | undefined> {
  const { volumeName, storageClassName: className = '' } = claim.spec ?? {};
  if (volumeName) {
    const named = objects.get(persistentVolumes, { name: volumeName });
    return named && (!named.spec?.claimRef || isFor(named, claim)) ? named : undefined;
  }
  const existing = matchingVolume(claim, objects.list(persistentVolumes));
  if (existing || className === '') return existing;
  const storageClass = objects.get(storageClasses, { name: className });
  if (storageClass?.provisioner === PROVISIONER) {
    const volume = await provision(objects, engine, claim, storageClass);
    await recordEvent(objects, claim, {
      ...{ type: 'Normal', reason: 'ProvisioningSucceeded' },
      message: `Successfully provisioned volume ${volume.metadata.name}`,
    });
    return volume;
  }
  await recordEvent(objects, claim, waiting(className, storageClass?.provisioner));
  return undefined;
}

/** Why a claim has no volume yet, in Kubernetes' words. */
function waiting(className: string, provisioner: string | undefined) {
  if (provisioner === undefined) {
    const message = `storageclass.storage.k8s.io "${className}" not found`;
    return { type: 'Warning', reason: 'ProvisioningFailed', message };
  }
  const message =
    provisioner === 'kubernetes.io/no-provisioner'
      ? 'no persistent volumes available for this claim and no storage class is set'
      : `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
  return { type: 'Normal', reason: 'ExternalProvisioning', message };
}

/** The volume first: a claim is bound only to a volume that knows it. */
async function bind(
  objects: Objects,
  engine: VolumeEngine,
  claim: Claim,
  volume: Volume,
): Promise<void> {
  if (isProvisioned(volume)) await ensureEngineVolume(engine, volume);
  const bound = await objects.change(persistentVolumes, keyOf(volume), (current) => {
    if (current.spec?.claimRef && !isFor(current, claim)) return current;
    return {
      ...current,
      spec: { ...current.spec, claimRef: { ...current.spec?.claimRef, ...claimReference(claim) } },
      status: { ...current.status, phase: 'Bound' },
    };
  });
  if (!bound || !isFor(bound, claim)) return;
  const { accessModes = [], capacity = {} } = bound.spec ?? {};
  await objects.change(persistentVolumeClaims, keyOf(claim), (current) => ({
    ...current,
    metadata: {
      ...current.metadata,
      annotations: {
        ...current.metadata.annotations,
        'pv.kubernetes.io/bind-completed': 'yes',
        'pv.kubernetes.io/bound-by-controller': 'yes',
      },
    },
    spec: { ...current.spec, volumeName: bound.metadata.name },
    status: { ...current.status, phase: 'Bound', accessModes, capacity },
  }));
}

/** A bound claim may grow, and loses its volume if somebody has removed that. */
async function keepBound(objects: Objects, claim: Claim): Promise<void> {
  const { volumeName = '', storageClassName = '' } = claim.spec ?? {};
  const volume = objects.get(persistentVolumes, { name: volumeName });
  if (volume === undefined || !isFor(volume, claim)) {
    await objects.change(persistentVolumeClaims, keyOf(claim), (current) => ({
      ...current,
      status: { ...current.status, phase: 'Lost' },
    }));
    await recordEvent(objects, claim, {
      ...{ type: 'Warning', reason: 'ClaimLost' },
      message: 'Bound claim has lost its PersistentVolume. Data on the volume is lost!',
    });
    return;
  }
  const storageClass = objects.get(storageClasses, { name: storageClassName });
  if (!storageClass?.allowVolumeExpansion || requestedBytes(claim) <= capacityOf(volume)) return;
  // Volumes of the engine have no limit, so there is nothing more to do.
  const capacity = { storage: claim.spec?.resources?.requests?.storage ?? '0' };
  await objects.change(persistentVolumes, keyOf(volume), (current) => ({
    ...current,
    spec: { ...current.spec, capacity },
  }));
  await objects.change(persistentVolumeClaims, keyOf(claim), (current) => ({
    ...current,
    status: { ...current.status, capacity },
  }));
}
