import type { Service, ServicePort } from 'kubernetes-types/core/v1.js';
import type { ObjectKey, Stored } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { namespaces, services } from '../../objects/resources.ts';
import { clusterDomain } from '../cluster-domain.ts';
import type { ServiceEndpoint, ServiceEndpoints } from '../endpoints/service-endpoints.ts';

/** What a name of the cluster stands for. */
export type NameRecords =
  | { readonly kind: 'addresses'; readonly addresses: readonly string[] }
  | { readonly kind: 'alias'; readonly target: string }
  | { readonly kind: 'services'; readonly targets: readonly ServiceTarget[] }
  /** There are names below this one, but no records. */
  | { readonly kind: 'empty' };

/** One answer to a question for SRV records. */
export interface ServiceTarget {
  readonly name: string;
  readonly port: number;
  readonly address: string;
}

export interface NameSources {
  readonly objects: Objects;
  readonly endpoints: ServiceEndpoints;
}

/**
 * The records of a name in the cluster's domain, in lower case (Kubernetes' specification of DNS,
 * version 1.1). Undefined if there is no such name.
 */
export function findRecords(name: string, sources: NameSources): NameRecords | undefined {
  const labels = name.slice(0, -clusterDomain.length - 1).split('.');
  if (name === clusterDomain) return { kind: 'empty' };
  const kind = labels.at(-1);
  const namespace = labels.at(-2);
  const rest = labels.slice(0, -2);
  if (kind !== 'svc' && kind !== 'pod') return undefined;
  if (namespace === undefined) return { kind: 'empty' };
  const service = rest.at(-1);
  if (service === undefined) {
    return sources.objects.get(namespaces, { name: namespace }) && { kind: 'empty' };
  }
  if (kind === 'pod') return rest.length === 1 ? podRecord(service) : undefined;
  return serviceRecords({ namespace, name: service }, rest.slice(0, -1), sources);
}

/** `10-1-2-3.NAMESPACE.pod.cluster.local`: the name says the address, for certificates. */
function podRecord(label: string): NameRecords | undefined {
  const address = label.replaceAll('-', '.');
  const isAddress = /^(\d{1,3}\.){3}\d{1,3}$/.test(address);
  return isAddress && address.split('.').every((part) => Number(part) < 256)
    ? { kind: 'addresses', addresses: [address] }
    : undefined;
}

function serviceRecords(
  key: ObjectKey,
  before: readonly string[],
  { objects, endpoints }: NameSources,
): NameRecords | undefined {
  const service = objects.get(services, key);
  if (service === undefined) return undefined;
  const { type, externalName, clusterIP } = service.spec ?? {};
  if (type === 'ExternalName') {
    return before.length === 0 && externalName
      ? { kind: 'alias', target: externalName }
      : undefined;
  }
  const members = clusterIP === 'None' ? endpoints.current(key) : [];
  const [first, second] = before;
  if (first === undefined) {
    const addresses = clusterIP === 'None' ? members.map(({ address }) => address) : [clusterIP];
    const known = addresses.filter((address) => address !== undefined && address !== '');
    return { kind: 'addresses', addresses: [...new Set(known as string[])] };
  }
  if (before.length === 1 && !first.startsWith('_')) {
    const own = members.filter((member) => hostnameOf(member) === first);
    const addresses = [...new Set(own.map(({ address }) => address))];
    return addresses.length > 0 ? { kind: 'addresses', addresses } : undefined;
  }
  if (before.length !== 2 || !first.startsWith('_') || !second?.startsWith('_')) return undefined;
  const asked = { name: first.slice(1), protocol: second.slice(1).toUpperCase() };
  const targets = serviceTargets(service, members, asked);
  return targets.length > 0 ? { kind: 'services', targets } : undefined;
}

/** The targets of all ports of a Service, or of the asked one. */
export function serviceTargets(
  service: Stored<Service>,
  members: readonly ServiceEndpoint[],
  asked?: { readonly name: string; readonly protocol: string },
): ServiceTarget[] {
  const { clusterIP, ports = [] } = service.spec ?? {};
  const own = domainOf(service);
  const isAsked = ({ name, protocol = 'TCP' }: Pick<ServicePort, 'name' | 'protocol'>) =>
    asked === undefined || (name === asked.name && protocol === asked.protocol);
  if (clusterIP !== 'None') {
    return ports.filter(isAsked).map(({ port }) => ({ name: own, port, address: clusterIP ?? '' }));
  }
  return members.flatMap((member) =>
    member.ports
      .filter(isAsked)
      .filter(({ port }) => port !== undefined)
      .map(({ port = 0 }) => ({
        ...{ name: `${hostnameOf(member)}.${own}`, port, address: member.address },
      })),
  );
}

/** The name of a pod below its Service: its own, or one made of its address. */
export function hostnameOf({ hostname, address }: Pick<ServiceEndpoint, 'hostname' | 'address'>) {
  return hostname ?? address.replaceAll('.', '-');
}

export function domainOf({ metadata: { name, namespace } }: Stored<Service>): string {
  return `${name}.${namespace}.svc.${clusterDomain}`;
}
