import { isDeepStrictEqual } from 'node:util';
import { Controller } from '../../controllers/controller.ts';
import { KubeError } from '../../kube-error.ts';
import { keyOf, type ObjectKey } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { recordEvent } from '../../objects/record-event.ts';
import { services } from '../../objects/resources.ts';
import { admitService } from './admit-service.ts';
import type { ServiceAddresses } from './service-addresses.ts';

/**
 * Gives Services their addresses that came into the store without, such as those that a controller
 * or a test made. The API gives addresses before it stores a Service.
 */
export function startAddressAllocation(
  objects: Objects,
  addresses: ServiceAddresses,
  log: (message: string, cause?: unknown) => void,
): Disposable {
  const stack = new DisposableStack();
  const controller = stack.use(
    new Controller('address of service', (key) => allocate(objects, addresses, key), log),
  );
  stack.defer(
    objects.listen(services, ({ object, type }) => {
      if (type !== 'DELETED') controller.enqueue(keyOf(object));
    }),
  );
  for (const service of objects.list(services)) controller.enqueue(keyOf(service));
  return stack;
}

async function allocate(
  objects: Objects,
  addresses: ServiceAddresses,
  key: ObjectKey,
): Promise<void> {
  const service = objects.get(services, key);
  if (service === undefined || service.metadata.deletionTimestamp !== undefined) return;
  try {
    // What the stored Service has is its own, whether or not it is in the range.
    const isGiven = Boolean(service.spec?.clusterIP);
    const admitted = admitService(addresses, service, isGiven ? service : undefined);
    if (isDeepStrictEqual(admitted.spec, service.spec)) return;
    await objects.change(services, key, (current) =>
      current.metadata.resourceVersion === service.metadata.resourceVersion && admitted.spec
        ? { ...current, spec: admitted.spec }
        : current,
    );
  } catch (error) {
    if (!(error instanceof KubeError) || error.reason !== 'Invalid') throw error;
    await recordEvent(objects, service, {
      ...{ type: 'Warning', reason: 'FailedAllocation', message: error.message },
    });
  }
}
