import { KubeError } from '../../kube-error.ts';
import type { ObjectKey } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { persistentVolumeClaims, pods } from '../../objects/resources.ts';
import { ephemeralClaimName } from './claim-users.ts';

/** Makes the claims for volumes that live as long as one pod. They go with the pod. */
export async function createEphemeralClaims(objects: Objects, key: ObjectKey): Promise<void> {
  const pod = objects.get(pods, key);
  if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return;
  const { name, namespace = 'default', uid } = pod.metadata;
  for (const volume of pod.spec?.volumes ?? []) {
    const template = volume.ephemeral?.volumeClaimTemplate;
    if (template === undefined) continue;
    const metadata = {
      ...template.metadata,
      ...{ namespace, name: ephemeralClaimName(name, volume.name) },
      ownerReferences: [
        {
          ...{ apiVersion: 'v1', kind: 'Pod', name, uid },
          ...{ controller: true, blockOwnerDeletion: true },
        },
      ],
    };
    if (objects.get(persistentVolumeClaims, { namespace, name: metadata.name })) continue;
    const claim = { metadata, spec: template.spec };
    await objects.create(persistentVolumeClaims, claim).catch((error) => {
      if (!(error instanceof KubeError) || error.reason !== 'AlreadyExists') throw error;
    });
  }
}
