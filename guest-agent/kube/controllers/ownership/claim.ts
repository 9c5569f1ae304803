import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import { type KubeObject, keyOf, type Stored } from '../../objects/kube-object.ts';
import { selects } from '../../objects/label-selector.ts';
import type { Objects } from '../../objects/objects.ts';
import type { Resource } from '../../objects/resource.ts';
import { controllerOf, controllerReference } from './owner-reference.ts';

/**
 * The objects of a kind that belong to an owner. Adopts those without a controller that its selector
 * selects, and releases those that it doesn't select any more. Leaves alone what isn't a candidate.
 */
export async function claim<T extends KubeObject>(
  objects: Objects,
  resource: Resource<T>,
  owner: Stored<KubeObject>,
  selector: LabelSelector | undefined,
  isCandidate: (object: Stored<T>) => boolean = () => true,
): Promise<Stored<T>[]> {
  const isDeleting = (object: Stored<KubeObject>) =>
    object.metadata.deletionTimestamp !== undefined;
  const claimed: Stored<T>[] = [];
  for (const object of objects.list(resource, owner.metadata.namespace)) {
    const controller = controllerOf(object);
    const isOthers = controller !== undefined && controller.uid !== owner.metadata.uid;
    if (isOthers || !isCandidate(object)) continue;
    const isSelected = selects(selector, object.metadata.labels);
    if (controller !== undefined) {
      if (isSelected) claimed.push(object);
      else if (!isDeleting(owner)) await release(objects, resource, object, owner);
    } else if (isSelected && !isDeleting(owner) && !isDeleting(object)) {
      const adopted = await adopt(objects, resource, object, owner);
      if (adopted) claimed.push(adopted);
    }
  }
  return claimed;
}

function adopt<T extends KubeObject>(
  objects: Objects,
  resource: Resource<T>,
  object: Stored<T>,
  owner: Stored<KubeObject>,
): Promise<Stored<T> | undefined> {
  return objects.change(resource, keyOf(object), (current) =>
    controllerOf(current) === undefined && current.metadata.uid === object.metadata.uid
      ? {
          ...current,
          metadata: {
            ...current.metadata,
            ownerReferences: [
              ...(current.metadata.ownerReferences ?? []),
              controllerReference(owner),
            ],
          },
        }
      : current,
  );
}

async function release<T extends KubeObject>(
  objects: Objects,
  resource: Resource<T>,
  object: Stored<T>,
  owner: Stored<KubeObject>,
): Promise<void> {
  await objects.change(resource, keyOf(object), (current) => ({
    ...current,
    metadata: {
      ...current.metadata,
      ownerReferences: (current.metadata.ownerReferences ?? []).filter(
        ({ uid }) => uid !== owner.metadata.uid,
      ),
    },
  }));
}
