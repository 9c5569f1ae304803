import { KubeError } from '../kube-error.ts';
import type { KubeObject } from '../objects/kube-object.ts';
import type { Objects } from '../objects/objects.ts';
import type { Resource } from '../objects/resource.ts';
import { namespaces } from '../objects/resources.ts';

/** Creates what every cluster has. Idempotent. */
export async function createFirstObjects(objects: Objects): Promise<void> {
  for (const name of ['default', 'kube-system']) {
    await createIfMissing(objects, namespaces, {
      metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
  }
}

export async function createIfMissing<T extends KubeObject>(
  objects: Objects,
  resource: Resource<T>,
  object: T,
): Promise<void> {
  await objects.create(resource, object).catch((error) => {
    if (!(error instanceof KubeError && error.reason === 'AlreadyExists')) throw error;
  });
}
