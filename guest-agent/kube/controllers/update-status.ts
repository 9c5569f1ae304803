import { type KubeObject, keyOf, type Stored } from '../objects/kube-object.ts';
import type { Objects } from '../objects/objects.ts';
import type { Resource } from '../objects/resource.ts';
import { isSame } from './canonical.ts';

/** Writes the status of an object if it differs. Returns whether it did. */
export async function updateStatus<T extends KubeObject & { status?: object }>(
  objects: Objects,
  resource: Resource<T>,
  object: Stored<T>,
  status: NonNullable<T['status']>,
): Promise<boolean> {
  let isChanged = false;
  await objects.change(resource, keyOf(object), (current) => {
    isChanged = current.metadata.uid === object.metadata.uid && !isSame(statusOf(current), status);
    return isChanged ? { ...current, status } : current;
  });
  return isChanged;
}

const statusOf = (object: { status?: object | undefined }) => object.status;

/** `observedGeneration` for a status, if the store counts generations. */
export function observed({ metadata: { generation } }: Stored<KubeObject>): {
  observedGeneration?: number;
} {
  return generation === undefined ? {} : { observedGeneration: generation };
}
