import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import { type KubeObject, keyOf, type Stored } from '../../objects/kube-object.ts';
import { selects } from '../../objects/label-selector.ts';
import type { ObjectChange, Objects } from '../../objects/objects.ts';
import type { Resource } from '../../objects/resource.ts';
import type { RunningController } from '../context.ts';
import type { Controller } from '../controller.ts';
import { controllerOf } from './owner-reference.ts';

/** Reconciles all objects of a kind now, and each one that changes from now on. */
export function followAll<T extends KubeObject>(
  controller: Controller,
  objects: Objects,
  resource: Resource<T>,
  ends: readonly (() => void)[] = [],
): RunningController {
  const enqueueAll = () => {
    for (const object of objects.list(resource)) controller.enqueue(keyOf(object));
  };
  const end = objects.listen(resource, ({ object }) => controller.enqueue(keyOf(object)));
  enqueueAll();
  return {
    enqueueAll,
    [Symbol.dispose]() {
      for (const stop of [end, ...ends]) stop();
      controller[Symbol.dispose]();
    },
  };
}

type Owner = KubeObject & { spec?: { selector?: LabelSelector } };

/**
 * Reconciles the owner of each object that changes, or those owners that may adopt it if it has
 * none. Returns a function that ends this.
 */
export function followOwned<T extends KubeObject>(
  controller: Controller,
  objects: Objects,
  owned: Resource<T>,
  owners: Resource<Owner>,
): () => void {
  return objects.listen(owned, ({ object, type }: ObjectChange<T>) => {
    const { namespace } = object.metadata;
    const owner = controllerOf(object);
    if (owner) {
      if (owner.kind !== owners.kind || namespace === undefined) return;
      controller.enqueue({ namespace, name: owner.name });
    } else if (type !== 'DELETED') {
      for (const key of adopters(objects, owners, object)) controller.enqueue(key);
    }
  });
}

function adopters(objects: Objects, owners: Resource<Owner>, orphan: Stored<KubeObject>) {
  const { namespace, labels } = orphan.metadata;
  if (labels === undefined) return [];
  return objects
    .list(owners, namespace)
    .filter(({ spec }) => selects(spec?.selector, labels))
    .map(keyOf);
}
