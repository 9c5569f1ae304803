import type { Pod, PodSpec } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import { namespaceOf } from '../pod-context.ts';

export const CLUSTER_DOMAIN = 'cluster.local';
const MAX_HOSTNAME = 63;

/** The host name of a pod: its own, or the pod's name as far as a host name can be long. */
export function podHostname({ metadata, spec }: Stored<Pod>): string {
  return spec?.hostname || metadata.name.slice(0, MAX_HOSTNAME).replace(/[-.]+$/, '');
}

/** The domain of a pod with a subdomain, as a headless Service gives it names. Otherwise empty. */
export function podDomain(pod: Stored<Pod>): string {
  const subdomain = pod.spec?.subdomain;
  return subdomain ? `${subdomain}.${namespaceOf(pod)}.svc.${CLUSTER_DOMAIN}` : '';
}

/** How the programs of a pod look up names: the engine's settings of the same names. */
export function nameSettings(pod: Stored<Pod>) {
  const { dnsConfig = {} } = pod.spec ?? {};
  const namespace = namespaceOf(pod);
  const isCluster = usesClusterNames(pod.spec ?? { containers: [] });
  const searches = isCluster
    ? [`${namespace}.svc.${CLUSTER_DOMAIN}`, `svc.${CLUSTER_DOMAIN}`, CLUSTER_DOMAIN]
    : [];
  const options = new Map<string, string>(isCluster ? [['ndots', 'ndots:5']] : []);
  for (const { name = '', value } of dnsConfig.options ?? []) {
    options.set(name, value === undefined ? name : `${name}:${value}`);
  }
  return {
    Dns: dnsConfig.nameservers ?? [],
    DnsSearch: [...new Set([...searches, ...(dnsConfig.searches ?? [])])],
    DnsOptions: [...options.values()],
  };
}

/** Whether the pod finds Services by their names. */
export function usesClusterNames({ dnsPolicy = 'ClusterFirst', hostNetwork }: PodSpec): boolean {
  if (dnsPolicy === 'ClusterFirst') return !hostNetwork;
  return dnsPolicy === 'ClusterFirstWithHostNet';
}
