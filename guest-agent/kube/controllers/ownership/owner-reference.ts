import type { OwnerReference } from 'kubernetes-types/meta/v1.js';
import type { KubeObject, Stored } from '../../objects/kube-object.ts';

/** The reference by which an object belongs to its controller. */
export function controllerReference({
  apiVersion,
  kind,
  metadata: { name, uid },
}: Stored<KubeObject>): OwnerReference {
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** The owner that controls an object, if it has one. */
export function controllerOf({ metadata }: KubeObject): OwnerReference | undefined {
  return metadata?.ownerReferences?.find(({ controller }) => controller === true);
}

export function isControlledBy(object: KubeObject, owner: Stored<KubeObject>): boolean {
  return controllerOf(object)?.uid === owner.metadata.uid;
}
