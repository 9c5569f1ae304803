import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Endpoints, Pod, Service } from 'kubernetes-types/core/v1.js';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import { Controller } from '../../controllers/controller.ts';
import { keyOf, type ObjectKey, type Stored } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { endpointSlices, endpoints, pods, services } from '../../objects/resources.ts';
import { backingPods } from './backing-pods.ts';
import { endpointLabels, endpointSubsets } from './build-endpoints.ts';
import {
  isManaged,
  SERVICE_NAME_LABEL,
  type SliceContent,
  slicesOfEndpoints,
  slicesOfPods,
} from './build-slices.ts';
import { selects } from './ready-pods.ts';

/** Keeps the Endpoints and EndpointSlices of every Service in step with its pods. */
export function startEndpoints(
  objects: Objects,
  log: (message: string, cause?: unknown) => void,
): Disposable {
  const stack = new DisposableStack();
  const controller = stack.use(
    new Controller('endpoints of', (key) => reconcile(objects, key), log),
  );
  stack.defer(objects.listen(services, ({ object }) => controller.enqueue(keyOf(object))));
  stack.defer(objects.listen(endpoints, ({ object }) => controller.enqueue(keyOf(object))));
  stack.defer(
    objects.listen(endpointSlices, ({ object, type }) => {
      const name = object.metadata.labels?.[SERVICE_NAME_LABEL];
      // Somebody has changed or deleted a slice of ours.
      if (name && isManaged(object) && type !== 'ADDED') {
        controller.enqueue({ ...keyOf(object), name });
      }
    }),
  );
  // A pod that has changed its labels must also leave the Services that selected it before.
  const labels = new Map<string, Pod['metadata']>();
  stack.defer(
    objects.listen(pods, ({ object, type }) => {
      const { uid, namespace } = object.metadata;
      const before = labels.get(uid);
      if (type === 'DELETED') labels.delete(uid);
      else labels.set(uid, object.metadata);
      for (const service of objects.list(services, namespace)) {
        const { selector = {} } = service.spec ?? {};
        const all = [object.metadata, before];
        if (all.some((one) => one && selects(selector, one.labels))) {
          controller.enqueue(keyOf(service));
        }
      }
    }),
  );
  for (const pod of objects.list(pods)) labels.set(pod.metadata.uid, pod.metadata);
  for (const service of objects.list(services)) controller.enqueue(keyOf(service));
  return stack;
}

async function reconcile(objects: Objects, key: ObjectKey): Promise<void> {
  const service = objects.get(services, key);
  if (service === undefined || service.metadata.deletionTimestamp !== undefined) {
    await removeEndpoints(objects, key);
    await writeSlices(objects, key, undefined, []);
    return;
  }
  const { selector = {}, type } = service.spec ?? {};
  if (type === 'ExternalName') {
    await writeSlices(objects, key, service, []);
    return;
  }
  if (Object.keys(selector).length === 0) {
    const written = objects.get(endpoints, key) ?? {};
    await writeSlices(objects, key, service, slicesOfEndpoints(service, written));
    return;
  }
  const backing = backingPods(service, objects.list(pods, key.namespace));
  // The slices first: new connections follow them.
  await writeSlices(objects, key, service, slicesOfPods(service, backing));
  await writeEndpoints(objects, service, { subsets: endpointSubsets(backing) });
}

async function writeEndpoints(
  objects: Objects,
  service: Stored<Service>,
  { subsets }: Required<Pick<Endpoints, 'subsets'>>,
): Promise<void> {
  const key = keyOf(service);
  const labels = endpointLabels(service);
  if (objects.get(endpoints, key) === undefined) {
    await objects.create(endpoints, { metadata: { ...key, labels }, subsets });
    return;
  }
  await objects.change(endpoints, key, (current) =>
    isDeepStrictEqual(current.subsets ?? [], subsets) &&
    isDeepStrictEqual(current.metadata.labels ?? {}, labels)
      ? current
      : { ...current, metadata: { ...current.metadata, labels }, subsets },
  );
}

/** Endpoints have the Service's name and go with it. */
async function removeEndpoints(objects: Objects, key: ObjectKey): Promise<void> {
  if (objects.get(endpoints, key)) await objects.requestDeletion(endpoints, key);
}

/** Makes a Service's own slices these, and reuses the existing ones in their order. */
async function writeSlices(
  objects: Objects,
  key: ObjectKey,
  service: Stored<Service> | undefined,
  wanted: readonly SliceContent[],
): Promise<void> {
  const existing = objects
    .list(endpointSlices, key.namespace)
    .filter(
      (slice) => slice.metadata.labels?.[SERVICE_NAME_LABEL] === key.name && isManaged(slice),
    );
  for (const [index, content] of wanted.entries()) {
    const slice = existing[index];
    // The address type of a slice can't change.
    if (slice && slice.addressType === content.addressType) {
      await objects.change(endpointSlices, keyOf(slice), (current) =>
        withContent(current, content),
      );
      continue;
    }
    if (slice) await objects.requestDeletion(endpointSlices, keyOf(slice));
    if (service) await objects.create(endpointSlices, newSlice(service, content));
  }
  for (const slice of existing.slice(wanted.length)) {
    await objects.requestDeletion(endpointSlices, keyOf(slice));
  }
}

function withContent(
  current: Stored<EndpointSlice>,
  { labels, ...content }: SliceContent,
): Stored<EndpointSlice> {
  const { endpoints: before, ports } = current;
  const isSame =
    isDeepStrictEqual(before, content.endpoints) &&
    isDeepStrictEqual(ports, content.ports) &&
    isDeepStrictEqual(current.metadata.labels, labels);
  return isSame ? current : { ...current, ...content, metadata: { ...current.metadata, labels } };
}

function newSlice(service: Stored<Service>, { labels, ...content }: SliceContent): EndpointSlice {
  const { name, namespace, uid } = service.metadata;
  return {
    metadata: {
      name: `${name}-${randomBytes(3).toString('hex').slice(0, 5)}`,
      generateName: `${name}-`,
      ...(namespace === undefined ? {} : { namespace }),
      labels,
      ownerReferences: [
        {
          ...{ apiVersion: 'v1', kind: 'Service', name, uid },
          ...{ controller: true, blockOwnerDeletion: true },
        },
      ],
    },
    ...content,
  };
}
