import type { Pod } from 'kubernetes-types/core/v1.js';
import {
  type CreateRequest,
  createRequestSchema,
} from '../../../engine/containers/request/config.ts';
import type { Stored } from '../../objects/kube-object.ts';
import { INFRASTRUCTURE, labelsFor } from '../pod-names.ts';
import { nameSettings, podDomain, podHostname } from '../spec/names.ts';
import { KUBE_NETWORK } from './kube-network.ts';
import { PAUSE_IMAGE } from './pause-image.ts';

/** The engine's request for the container that holds a pod's namespaces. */
export function infrastructureRequest(pod: Stored<Pod>): CreateRequest {
  const spec = pod.spec ?? { containers: [] };
  const { hostNetwork = false, hostIPC = false, hostPID = false, securityContext = {} } = spec;
  const sysctls = (securityContext.sysctls ?? []).map(({ name, value }) => [name, value]);
  return createRequestSchema.parse({
    Image: PAUSE_IMAGE,
    ...(hostNetwork ? {} : { Hostname: podHostname(pod), Domainname: podDomain(pod) }),
    Labels: labelsFor(pod, INFRASTRUCTURE, 0),
    HostConfig: {
      NetworkMode: hostNetwork ? 'host' : KUBE_NETWORK,
      IpcMode: hostIPC ? 'host' : 'shareable',
      PidMode: hostPID ? 'host' : '',
      UTSMode: hostNetwork ? 'host' : '',
      ReadonlyRootfs: true,
      ...(hostNetwork ? {} : { PortBindings: hostPorts(pod) }),
      ...nameSettings(pod),
      Sysctls: Object.fromEntries(sysctls),
      ExtraHosts: (spec.hostAliases ?? []).flatMap(({ ip, hostnames = [] }) =>
        hostnames.map((name) => `${name}:${ip}`),
      ),
    },
  });
}

/** Ports of the node that lead to the pod. */
function hostPorts({ spec }: Stored<Pod>) {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  for (const { containerPort, hostPort, hostIP = '', protocol = 'TCP' } of containers.flatMap(
    ({ ports = [] }) => ports,
  )) {
    if (!hostPort) continue;
    const port = `${containerPort}/${protocol.toLowerCase()}`;
    bindings[port] = [...(bindings[port] ?? []), { HostIp: hostIP, HostPort: String(hostPort) }];
  }
  return bindings;
}
