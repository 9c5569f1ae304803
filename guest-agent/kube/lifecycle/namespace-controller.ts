import { Controller } from '../controllers/controller.ts';
import type { ObjectKey } from '../objects/kube-object.ts';
import { keyOf } from '../objects/kube-object.ts';
import type { Objects } from '../objects/objects.ts';
import { namespaces, resources, serviceAccounts } from '../objects/resources.ts';
import { createIfMissing } from './first-objects.ts';
import { unlessGone } from './unless-gone.ts';

type Log = (message: string, cause?: unknown) => void;

/** How often a namespace looks for objects that are still being deleted. */
const CHECK_MS = 500;

const inside = resources.filter(({ isNamespaced }) => isNamespaced);

/** Gives each namespace its default account, and empties those that are deleted. */
export function startNamespaces(objects: Objects, log: Log): Disposable {
  const controller = new Controller('namespace', (key) => reconcile(objects, key, retry), log);
  const retry = (key: ObjectKey) => controller.enqueue(key, CHECK_MS);
  const stop = objects.listen(namespaces, ({ object, type }) => {
    if (type !== 'DELETED') controller.enqueue(keyOf(object));
  });
  for (const namespace of objects.list(namespaces)) controller.enqueue(keyOf(namespace));
  return {
    [Symbol.dispose]() {
      stop();
      controller[Symbol.dispose]();
    },
  };
}

async function reconcile(
  objects: Objects,
  key: ObjectKey,
  retry: (key: ObjectKey) => void,
): Promise<void> {
  const namespace = objects.get(namespaces, key);
  if (namespace === undefined) return;
  const { name } = key;
  if (namespace.metadata.deletionTimestamp === undefined) {
    await createIfMissing(objects, serviceAccounts, {
      metadata: { name: 'default', namespace: name },
    });
    return;
  }
  await objects.change(namespaces, key, (current) => ({
    ...current,
    ...(current.status?.phase === 'Terminating' ? {} : { status: { phase: 'Terminating' } }),
  }));
  let remaining = 0;
  for (const resource of inside) {
    for (const object of objects.list(resource, name)) {
      remaining += 1;
      if (object.metadata.deletionTimestamp !== undefined) continue;
      await unlessGone(objects.requestDeletion(resource, keyOf(object), undefined, 'Background'));
    }
  }
  const isEmpty = inside.every((resource) => objects.list(resource, name).length === 0);
  const { finalizers = [] } = namespace.metadata;
  if (isEmpty && finalizers.length === 0) await unlessGone(objects.remove(namespaces, key));
  else if (remaining > 0 || !isEmpty) retry(key);
}
