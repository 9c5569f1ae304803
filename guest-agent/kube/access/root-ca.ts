import type { ConfigMap } from 'kubernetes-types/core/v1.js';
import { Controller } from '../controllers/controller.ts';
import { createIfMissing } from '../lifecycle/first-objects.ts';
import { unlessGone } from '../lifecycle/unless-gone.ts';
import { keyOf, type ObjectKey } from '../objects/kube-object.ts';
import type { Objects } from '../objects/objects.ts';
import { configMaps, namespaces } from '../objects/resources.ts';

/** Every namespace has this ConfigMap with the certificate of the API's authority. */
export const ROOT_CA = 'kube-root-ca.crt';
const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

/** The ConfigMap's content. */
export const rootCa = (authority: string): ConfigMap => ({ data: { 'ca.crt': authority } });

/** Keeps the ConfigMap in each namespace, also if somebody deletes or changes it. */
export function keepRootCa(
  objects: Objects,
  authority: string,
  log: (message: string, cause?: unknown) => void,
): Disposable {
  const stack = new DisposableStack();
  const controller = stack.use(
    new Controller(`${ROOT_CA} of namespace`, (key) => reconcile(objects, authority, key), log),
  );
  stack.defer(objects.listen(namespaces, ({ object }) => controller.enqueue(keyOf(object))));
  stack.defer(
    objects.listen(configMaps, ({ object: { metadata } }) => {
      const { name, namespace } = metadata;
      if (name === ROOT_CA && namespace !== undefined) controller.enqueue({ name: namespace });
    }),
  );
  for (const namespace of objects.list(namespaces)) controller.enqueue(keyOf(namespace));
  return stack;
}

async function reconcile(objects: Objects, authority: string, { name }: ObjectKey): Promise<void> {
  const namespace = objects.get(namespaces, { name });
  if (namespace === undefined || namespace.metadata.deletionTimestamp !== undefined) return;
  const key = { namespace: name, name: ROOT_CA };
  const wanted: ConfigMap = {
    metadata: { ...key, annotations: { 'kubernetes.io/description': DESCRIPTION } },
    ...rootCa(authority),
  };
  await createIfMissing(objects, configMaps, wanted);
  await unlessGone(
    objects.change(configMaps, key, (current) =>
      current.data?.['ca.crt'] === authority ? current : { ...current, data: wanted.data ?? {} },
    ),
  );
}
