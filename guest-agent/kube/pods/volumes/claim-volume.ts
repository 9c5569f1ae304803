import type { Pod } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { persistentVolumeClaims, persistentVolumes } from '../../objects/resources.ts';
import { namespaceOf } from '../pod-context.ts';
import { VolumeError } from './projected-files.ts';

/** The annotation of a PersistentVolume that names its volume of the engine. */
export const VOLUME_ANNOTATION = 'berth.io/volume';

/** What a claim is bound to: a volume of the engine, or a path of the host. */
export type ClaimedVolume = { readonly volume: string } | { readonly hostPath: string };

/** Throws VolumeError if the claim is missing or not bound yet. */
export function claimedVolume(objects: Objects, pod: Stored<Pod>, name: string): ClaimedVolume {
  const claim = objects.get(persistentVolumeClaims, { namespace: namespaceOf(pod), name });
  if (!claim) throw new VolumeError(`persistentvolumeclaim "${name}" not found`);
  if (claim.metadata.deletionTimestamp !== undefined) {
    throw new VolumeError(`persistentvolumeclaim "${name}" is being deleted`);
  }
  const bound = claim.spec?.volumeName ?? '';
  const volume = bound === '' ? undefined : objects.get(persistentVolumes, { name: bound });
  if (!volume || claim.status?.phase !== 'Bound') {
    throw new VolumeError('pod has unbound immediate PersistentVolumeClaims');
  }
  const engineVolume = volume.metadata.annotations?.[VOLUME_ANNOTATION];
  if (engineVolume !== undefined) return { volume: engineVolume };
  const path = volume.spec?.local?.path ?? volume.spec?.hostPath?.path;
  if (path === undefined) throw new VolumeError(`the type of PersistentVolume ${bound} is unknown`);
  return { hostPath: path };
}
