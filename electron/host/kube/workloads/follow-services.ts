import type { KubeService } from '../../../api/kube/services.ts';
import { followLists } from '../client/follow-lists.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { builtInResource, listPath } from '../client/resources.ts';
import {
  balancerAddresses,
  type Ingress,
  ingressSchema,
  type Service,
  serviceSchema,
} from '../objects/service.ts';

/**
 * Yields the Services and Ingresses of a namespace or of all, and again after changes, until
 * `signal` aborts. Rejects if the cluster can't be reached.
 */
export async function* followServices(
  client: KubeClient,
  namespace: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<KubeService[], void, undefined> {
  const lists = {
    services: { path: listPath(builtInResource('Service'), namespace) },
    ingresses: { path: listPath(builtInResource('Ingress'), namespace), isOptional: true },
  };
  const { isLocal } = client.context;
  for await (const { services, ingresses } of followLists(client, lists, signal)) {
    yield [
      ...services.map((each) => asService(serviceSchema.parse(each), isLocal)),
      ...ingresses.map((each) => asIngress(ingressSchema.parse(each))),
    ];
  }
}

function asService(service: Service, isLocal: boolean): KubeService {
  const { metadata, spec } = service;
  const { type, clusterIP = '', externalName, selector } = spec;
  const tcp = (spec.ports ?? []).filter(({ protocol }) => protocol === 'TCP');
  const hasPods = Object.keys(selector ?? {}).length > 0;
  return {
    ...{ kind: 'Service', name: metadata.name, namespace: metadata.namespace ?? '', type },
    addresses: [externalName ?? clusterIP].filter((each) => each !== '' && each !== 'None'),
    ports: hasPods ? tcp.map(({ port, name = '' }) => ({ port, name })) : [],
    urls: tcp.flatMap(({ port, nodePort }) => urlsOf(service, isLocal, port, nodePort)),
    created: metadata.creationTimestamp ?? '',
  };
}

/** Berth's own engine opens these ports on this host. */
function urlsOf(service: Service, isLocal: boolean, port: number, nodePort?: number): string[] {
  const { type } = service.spec;
  if (type === 'LoadBalancer') {
    const hosts = isLocal ? ['localhost'] : balancerAddresses(service);
    return hosts.map((host) => `http://${host}${port === 80 ? '' : `:${port}`}`);
  }
  return type === 'NodePort' && isLocal && nodePort ? [`http://localhost:${nodePort}`] : [];
}

function asIngress(ingress: Ingress): KubeService {
  const { metadata, spec } = ingress;
  const hosts = [...new Set((spec.rules ?? []).flatMap(({ host }) => host ?? []))];
  const secure = new Set((spec.tls ?? []).flatMap((each) => each.hosts ?? []));
  return {
    ...{ kind: 'Ingress', name: metadata.name, namespace: metadata.namespace ?? '' },
    ...{ type: spec.ingressClassName ?? '', addresses: hosts, ports: [] },
    urls: hosts
      .filter((host) => !host.includes('*'))
      .map((host) => `${secure.has(host) ? 'https' : 'http'}://${host}`),
    created: metadata.creationTimestamp ?? '',
  };
}
