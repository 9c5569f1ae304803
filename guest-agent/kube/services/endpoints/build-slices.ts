import { isIPv6 } from 'node:net';
import type { Endpoints, Service } from 'kubernetes-types/core/v1.js';
import type { EndpointSlice, Endpoint as SliceEndpoint } from 'kubernetes-types/discovery/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import { type BackingPod, byPorts } from './backing-pods.ts';
import { endpointLabels, portFields } from './build-endpoints.ts';

/** Names the Service of an EndpointSlice. */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
/** On Endpoints whose slices somebody else writes. */
export const SKIP_MIRROR_LABEL = 'endpointslice.kubernetes.io/skip-mirror';
const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by';
/** Kubernetes' own two controllers of slices: for pods, and for Endpoints that a user wrote. */
const managers = {
  pods: 'endpointslice-controller.k8s.io',
  mirror: 'endpointslicemirroring-controller.k8s.io',
} as const;

/** Whether Berth made this slice, so that it may change and delete it. */
export function isManaged({ metadata }: Stored<EndpointSlice>): boolean {
  return Object.values<string>(managers).includes(metadata.labels?.[MANAGED_BY_LABEL] ?? '');
}

/** What Berth decides about a slice; the name is given when it is created. */
export type SliceContent = Pick<EndpointSlice, 'addressType' | 'endpoints' | 'ports'> & {
  readonly labels: Record<string, string>;
};

/** The slices of a Service with a selector: one for each set of port numbers. */
export function slicesOfPods(
  service: Stored<Service>,
  backing: readonly BackingPod[],
): SliceContent[] {
  return byPorts(backing).map((group) => ({
    labels: sliceLabels(service, managers.pods),
    addressType: 'IPv4',
    endpoints: group.map(
      ({ address, isReady, isServing, isTerminating, nodeName, hostname, pod }): SliceEndpoint => ({
        addresses: [address],
        conditions: { ready: isReady, serving: isServing, terminating: isTerminating },
        ...(hostname === undefined ? {} : { hostname }),
        ...(nodeName === undefined ? {} : { nodeName }),
        targetRef: pod,
      }),
    ),
    ports: (group[0]?.ports ?? []).map((port) => ({ name: '', ...portFields(port) })),
  }));
}

/** The slices for Endpoints that a user wrote for a Service without a selector, unless they say otherwise. */
export function slicesOfEndpoints(
  service: Stored<Service>,
  { metadata, subsets = [] }: Pick<Endpoints, 'metadata' | 'subsets'>,
): SliceContent[] {
  if (metadata?.labels?.[SKIP_MIRROR_LABEL] === 'true') return [];
  return subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }) => {
    const all = [
      ...addresses.map((address) => ({ address, ready: true })),
      ...notReadyAddresses.map((address) => ({ address, ready: false })),
    ];
    return (['IPv4', 'IPv6'] as const).flatMap((addressType) => {
      const family = all.filter(({ address }) => isIPv6(address.ip) === (addressType === 'IPv6'));
      if (family.length === 0) return [];
      return {
        labels: sliceLabels(service, managers.mirror),
        addressType,
        endpoints: family.map(({ address: { ip, hostname, nodeName, targetRef }, ready }) => ({
          addresses: [ip],
          conditions: { ready },
          ...(hostname === undefined ? {} : { hostname }),
          ...(nodeName === undefined ? {} : { nodeName }),
          ...(targetRef === undefined ? {} : { targetRef }),
        })),
        ports: ports.map(({ name = '', port, protocol = 'TCP' }) => ({ name, port, protocol })),
      };
    });
  });
}

function sliceLabels(service: Stored<Service>, manager: string): Record<string, string> {
  return {
    ...endpointLabels(service),
    [SERVICE_NAME_LABEL]: service.metadata.name,
    [MANAGED_BY_LABEL]: manager,
  };
}
