import { HostError } from '../../base/errors.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { type KubeResources, objectPath } from '../client/resources.ts';
import type { Pod } from '../objects/pod.ts';
import { serviceSchema } from '../objects/service.ts';

/** Finds the port of a pod for a number or name; for a Service, for a port of the Service. */
export async function remotePort(
  client: KubeClient,
  resources: KubeResources,
  namespace: string,
  reference: string,
  wanted: string,
): Promise<(pod: Pod) => number> {
  const [kind = '', name] = reference.split('/');
  const resource = name === undefined ? undefined : await resources.named(kind);
  if (name === undefined || resource?.kind !== 'Service') return (pod) => portOf(pod, wanted);
  const path = objectPath(resource, name, namespace);
  const { spec } = serviceSchema.parse(await client.json('GET', path));
  const ports = spec.ports ?? [];
  const found = ports.find((each) => String(each.port) === wanted || each.name === wanted);
  if (!found) {
    throw new HostError('invalid', `service "${name}" has no port ${wanted}`, {
      hint: `Ports: ${ports.map(({ port }) => port).join(', ')}`,
    });
  }
  return (pod) => portOf(pod, String(found.targetPort ?? found.port));
}

/** The number of a port, which may have a name. Throws HostError 'invalid'. */
function portOf({ metadata, spec }: Pod, wanted: string): number {
  if (/^\d+$/.test(wanted)) return Number(wanted);
  const ports = spec.containers.flatMap((each) => each.ports ?? []);
  const found = ports.find(({ name }) => name === wanted);
  if (found) return found.containerPort;
  throw new HostError('invalid', `pod "${metadata.name}" has no port "${wanted}"`);
}
