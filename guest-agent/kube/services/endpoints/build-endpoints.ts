import type { EndpointAddress, Endpoints, Service } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import { type BackingPod, byPorts } from './backing-pods.ts';
import type { TargetPort } from './ready-pods.ts';

/** Kubernetes marks the objects of headless Services, so that proxies needn't look at them. */
const HEADLESS_LABEL = 'service.kubernetes.io/headless';

export function isHeadless({ spec }: Pick<Service, 'spec'>): boolean {
  return spec?.clusterIP === 'None';
}

/** The labels of a Service's Endpoints and EndpointSlices. */
export function endpointLabels(service: Stored<Service>): Record<string, string> {
  const { [HEADLESS_LABEL]: _, ...labels } = service.metadata.labels ?? {};
  return isHeadless(service) ? { ...labels, [HEADLESS_LABEL]: '' } : labels;
}

export function portFields({ name, port, protocol, appProtocol }: TargetPort) {
  return {
    ...(name === undefined ? {} : { name }),
    ...{ port, protocol },
    ...(appProtocol === undefined ? {} : { appProtocol }),
  };
}

/** The subsets of a Service's Endpoints. Terminating pods aren't among them. */
export function endpointSubsets(backing: readonly BackingPod[]): NonNullable<Endpoints['subsets']> {
  const listed = backing.filter((one) => one.isReady || !one.isTerminating);
  return byPorts(listed).map((group) => {
    const ready = group.filter(({ isReady }) => isReady).map(endpointAddress);
    const notReady = group.filter(({ isReady }) => !isReady).map(endpointAddress);
    const ports = (group[0]?.ports ?? []).map(portFields);
    return {
      ...(ready.length > 0 ? { addresses: ready } : {}),
      ...(notReady.length > 0 ? { notReadyAddresses: notReady } : {}),
      ...(ports.length > 0 ? { ports } : {}),
    };
  });
}

function endpointAddress({ address, hostname, nodeName, pod }: BackingPod): EndpointAddress {
  return {
    ip: address,
    ...(hostname === undefined ? {} : { hostname }),
    ...(nodeName === undefined ? {} : { nodeName }),
    targetRef: pod,
  };
}
