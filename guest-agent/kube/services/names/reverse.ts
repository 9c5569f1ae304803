import { keyOf } from '../../objects/kube-object.ts';
import { services } from '../../objects/resources.ts';
import { domainOf, hostnameOf, type NameSources } from './records.ts';

/** The address that a name such as `3.2.1.10.in-addr.arpa` asks about. */
export function reversedAddress(name: string): string | undefined {
  const [, parts] = /^((?:\d{1,3}\.){4})in-addr\.arpa$/.exec(name) ?? [];
  return parts?.split('.').slice(0, 4).reverse().join('.');
}

/** The name of a Service's address, or of a pod of a headless Service. */
export function nameOfAddress(
  address: string,
  { objects, endpoints }: NameSources,
): string | undefined {
  for (const service of objects.list(services)) {
    const { clusterIP } = service.spec ?? {};
    if (clusterIP === address) return domainOf(service);
    if (clusterIP !== 'None') continue;
    const member = endpoints.current(keyOf(service)).find((one) => one.address === address);
    if (member) return `${hostnameOf(member)}.${domainOf(service)}`;
  }
  return undefined;
}
