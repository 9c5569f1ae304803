import type { Pod, Service } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { services } from '../../objects/resources.ts';
import { namespaceOf } from '../pod-context.ts';

/**
 * Variables with the addresses of Services: those of the pod's namespace unless it turns them off,
 * and always that of the API server.
 */
export function serviceEnvironment(objects: Objects, pod: Stored<Pod>): Map<string, string> {
  const api = objects.get(services, { namespace: 'default', name: 'kubernetes' });
  const wanted = pod.spec?.enableServiceLinks === false ? [] : own(objects, pod);
  const variables = new Map<string, string>();
  for (const service of [...(api ? [api] : []), ...wanted]) addVariables(variables, service);
  return variables;
}

function own(objects: Objects, pod: Stored<Pod>): Stored<Service>[] {
  return objects.list(services, namespaceOf(pod));
}

function addVariables(variables: Map<string, string>, { metadata, spec }: Stored<Service>): void {
  const address = spec?.clusterIP;
  const [first, ...others] = spec?.ports ?? [];
  if (!address || address === 'None' || first === undefined) return;
  const prefix = metadata.name.toUpperCase().replaceAll('-', '_');
  variables.set(`${prefix}_SERVICE_HOST`, address);
  variables.set(`${prefix}_SERVICE_PORT`, String(first.port));
  for (const { name, port } of [first, ...others]) {
    if (!name) continue;
    const suffix = name.toUpperCase().replaceAll('-', '_');
    variables.set(`${prefix}_SERVICE_PORT_${suffix}`, String(port));
  }
  for (const { port, protocol = 'TCP' } of [first, ...others]) {
    const lower = protocol.toLowerCase();
    const url = `${lower}://${address.includes(':') ? `[${address}]` : address}:${port}`;
    const each = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
    if (!variables.has(`${prefix}_PORT`)) variables.set(`${prefix}_PORT`, url);
    variables.set(each, url);
    variables.set(`${each}_PROTO`, lower);
    variables.set(`${each}_PORT`, String(port));
    variables.set(`${each}_ADDR`, address);
  }
}
