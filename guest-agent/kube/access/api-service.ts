import type { Service } from 'kubernetes-types/core/v1.js';
import { createIfMissing } from '../lifecycle/first-objects.ts';
import type { Stored } from '../objects/kube-object.ts';
import type { Objects } from '../objects/objects.ts';
import { services } from '../objects/resources.ts';

/** The port of the API for pods. */
export const API_PORT = 443;

const KEY = { namespace: 'default', name: 'kubernetes' };

/** Whether a Service is that of the API. */
export const isApiService = ({ metadata }: Stored<Service>): boolean =>
  metadata.name === KEY.name && metadata.namespace === KEY.namespace;

/** Keeps the Service `kubernetes`, which gives the API's address a name for pods. */
export async function keepApiService(
  objects: Objects,
  address: string,
  log: (message: string, cause?: unknown) => void,
): Promise<Disposable> {
  const service: Service = {
    metadata: {
      ...KEY,
      labels: { component: 'apiserver', provider: 'kubernetes' },
    },
    spec: {
      ...{ type: 'ClusterIP', clusterIP: address, clusterIPs: [address] },
      ...{ ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' },
      ...{ internalTrafficPolicy: 'Cluster', sessionAffinity: 'None' },
      ports: [{ name: 'https', port: API_PORT, protocol: 'TCP', targetPort: API_PORT }],
    },
  };
  const create = async () => {
    await createIfMissing(objects, services, service);
    // After a start with another subnet, the Service has the address of before.
    await objects.change(services, KEY, (current) =>
      current.spec?.clusterIP === address ? current : { ...current, spec: service.spec ?? {} },
    );
  };
  await create();
  const stop = objects.listen(services, ({ type, object }) => {
    if (type !== 'DELETED' || !isApiService(object)) return;
    create().catch((error) => log('creating the Service kubernetes', error));
  });
  return { [Symbol.dispose]: stop };
}
