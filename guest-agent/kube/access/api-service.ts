import { isDeepStrictEqual } from 'node:util';
import type { Endpoints, Service } from 'kubernetes-types/core/v1.js';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import { createIfMissing } from '../lifecycle/first-objects.ts';
import type { KubeObject, Stored } from '../objects/kube-object.ts';
import type { Objects } from '../objects/objects.ts';
import type { Resource } from '../objects/resource.ts';
import { endpointSlices, endpoints, services } from '../objects/resources.ts';
import { SERVICE_NAME_LABEL, SKIP_MIRROR_LABEL } from '../services/endpoints/build-slices.ts';

/** The port of the API for pods. */
export const API_PORT = 443;

const KEY = { namespace: 'default', name: 'kubernetes' };

/** Whether a Service is that of the API. */
export const isApiService = ({ metadata }: Pick<Stored<KubeObject>, 'metadata'>): boolean =>
  metadata.name === KEY.name && metadata.namespace === KEY.namespace;

/** Keeps the Service `kubernetes` and its endpoints, which give the API's address a name for pods. */
export async function keepApiService(
  objects: Objects,
  address: string,
  log: (message: string, cause?: unknown) => void,
): Promise<Disposable> {
  const port = { name: 'https', port: API_PORT, protocol: 'TCP' };
  const service: Service = {
    metadata: { ...KEY, labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      ...{ type: 'ClusterIP', clusterIP: address, clusterIPs: [address] },
      ...{ ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' },
      ...{ internalTrafficPolicy: 'Cluster', sessionAffinity: 'None' },
      ports: [{ ...port, targetPort: API_PORT }],
    },
  };
  const ofService: Endpoints = {
    metadata: { ...KEY, labels: { [SKIP_MIRROR_LABEL]: 'true' } },
    subsets: [{ addresses: [{ ip: address }], ports: [port] }],
  };
  const slice: EndpointSlice = {
    metadata: { ...KEY, labels: { [SERVICE_NAME_LABEL]: KEY.name } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [port],
  };
  const stack = new DisposableStack();
  const keeping = { objects, stack, log };
  await keep(services, service, 'spec', keeping);
  await keep(endpoints, ofService, 'subsets', keeping);
  await keep(endpointSlices, slice, 'endpoints', keeping);
  return stack;
}

interface Keeping {
  readonly objects: Objects;
  readonly stack: DisposableStack;
  readonly log: (message: string, cause?: unknown) => void;
}

/** Keeps an object with this content, also after a start with another subnet. */
async function keep<T extends KubeObject>(
  resource: Resource<T>,
  wanted: T,
  field: keyof T & string,
  { objects, stack, log }: Keeping,
): Promise<void> {
  const create = async () => {
    await createIfMissing(objects, resource, wanted);
    await objects.change(resource, KEY, (current) =>
      isDeepStrictEqual((current as T)[field], wanted[field])
        ? current
        : { ...current, [field]: wanted[field] },
    );
  };
  await create();
  stack.defer(
    objects.listen(resource, ({ type, object }) => {
      if (type !== 'DELETED' || !isApiService(object)) return;
      create().catch((error) => log(`creating ${resource.kind} ${KEY.name}`, error));
    }),
  );
}
