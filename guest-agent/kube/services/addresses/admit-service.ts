import type { Service, ServicePort, ServiceSpec } from 'kubernetes-types/core/v1.js';
import { fieldError } from './field-error.ts';
import type { ServiceAddresses } from './service-addresses.ts';

const opensNodePorts = (type: string | undefined) => type === 'NodePort' || type === 'LoadBalancer';

/**
 * A Service with its address and node ports, before it is stored. On an update, `old` is the stored
 * Service, whose address and ports stay. Throws KubeError 'Invalid' for values that can't be had.
 * Idempotent.
 */
export function admitService(
  addresses: ServiceAddresses,
  service: Service,
  old?: Pick<Service, 'spec'>,
): Service {
  const { spec } = service;
  if (spec === undefined) return service;
  const type = spec.type ?? 'ClusterIP';
  if (type === 'ExternalName') return { ...service, spec: withoutAddress(spec) };
  const clusterIP = clusterIpOf(addresses, service, spec, old?.spec);
  return {
    ...service,
    spec: {
      ...spec,
      ...{ type, clusterIP, clusterIPs: [clusterIP] },
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      internalTrafficPolicy: spec.internalTrafficPolicy ?? 'Cluster',
      sessionAffinity: spec.sessionAffinity ?? 'None',
      ...affinityConfig(spec),
      ...(opensNodePorts(type) && {
        externalTrafficPolicy: spec.externalTrafficPolicy ?? 'Cluster',
      }),
      ...(type === 'LoadBalancer' && {
        allocateLoadBalancerNodePorts: spec.allocateLoadBalancerNodePorts ?? true,
      }),
      ...(spec.ports && { ports: portsOf(addresses, service, type, old?.spec?.ports) }),
    },
  };
}

function clusterIpOf(
  addresses: ServiceAddresses,
  service: Service,
  { clusterIP, clusterIPs }: ServiceSpec,
  old: ServiceSpec | undefined,
): string {
  const asked = clusterIP || clusterIPs?.[0] || undefined;
  if (clusterIP && clusterIPs?.[0] && clusterIP !== clusterIPs[0]) {
    const message = `Invalid value: ${JSON.stringify(clusterIPs)}: first value must match \`clusterIP\``;
    throw fieldError(service, 'spec.clusterIPs', message);
  }
  const kept = old?.type === 'ExternalName' ? undefined : old?.clusterIP;
  if (kept) {
    if (asked !== undefined && asked !== kept) {
      const message = `Invalid value: ${JSON.stringify([asked])}: may not change once set`;
      throw fieldError(service, 'spec.clusterIPs[0]', message);
    }
    return kept;
  }
  return asked === 'None' ? 'None' : addresses.takeAddress(service, asked);
}

function portsOf(
  addresses: ServiceAddresses,
  service: Service,
  type: string,
  before: readonly ServicePort[] = [],
): ServicePort[] {
  const { ports = [], allocateLoadBalancerNodePorts = true } = service.spec ?? {};
  const allocates =
    type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts);
  const kept = new Set(before.map(({ nodePort, protocol = 'TCP' }) => `${nodePort}/${protocol}`));
  return ports.map(({ nodePort: asked, ...port }, index) => {
    const { protocol = 'TCP', targetPort = port.port } = port;
    const complete = { ...port, protocol, targetPort };
    if (!opensNodePorts(type)) return complete;
    const same = before.find(
      (other) => other.port === port.port && (other.protocol ?? 'TCP') === protocol,
    )?.nodePort;
    // An update without the number means the one that the port has.
    const wanted = asked || same;
    if (wanted && kept.has(`${wanted}/${protocol}`)) return { ...complete, nodePort: wanted };
    if (!wanted && !allocates) return complete;
    return { ...complete, nodePort: addresses.takeNodePort(service, index, protocol, wanted) };
  });
}

/** Three hours are Kubernetes' default. */
function affinityConfig({ sessionAffinity, sessionAffinityConfig }: ServiceSpec) {
  if (sessionAffinity !== 'ClientIP') return {};
  return {
    sessionAffinityConfig: sessionAffinityConfig ?? { clientIP: { timeoutSeconds: 10_800 } },
  };
}

/** A Service that becomes the name of something elsewhere gives its address back. */
function withoutAddress(spec: ServiceSpec): ServiceSpec {
  const { clusterIP: _, clusterIPs: __, ports, ...rest } = spec;
  if (ports === undefined) return rest;
  return { ...rest, ports: ports.map(({ nodePort: ___, ...port }) => port) };
}
