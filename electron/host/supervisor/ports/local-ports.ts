import type { LocalOutcome, LocalPort } from '../../../../guest-agent/contract/host-ports.ts';
import type { PublishedPort } from '../../../api/ports.ts';
import { portKey } from './reconcile.ts';
import type { WantedPort } from './wanted.ts';

const protocols = ['tcp', 'udp'] as const;

/** The ports that the VM wants for Services and Ingresses, in the form of containers' ports. */
export function wantedLocalPorts(ports: readonly LocalPort[]): WantedPort[] {
  return ports.flatMap((local) => {
    const protocol = protocols.find((name) => name === local.protocol);
    if (!protocol) return [];
    return {
      ...{ address: local.hostIp, port: local.hostPort, protocol, target: local.target },
      ...{ containerId: '', containerName: local.name },
      // The target is the VM's own, which packets from outside don't reach.
      reachable: false,
    };
  });
}

/** What has become of the VM's ports. `open` lists all ports, with their problems. */
export function localOutcomes(
  local: readonly LocalPort[],
  open: readonly PublishedPort[],
): LocalOutcome[] {
  const byKey = new Map(open.map((port) => [portKey(port), port]));
  return local.map(({ protocol, hostIp, hostPort, name }) => {
    const asked = { protocol, hostIp, hostPort };
    const known = protocols.find((one) => one === protocol);
    const found = known && byKey.get(portKey({ address: hostIp, port: hostPort, protocol: known }));
    if (!found) return { ...asked, problem: `Berth can't open ${protocol} ports on the host` };
    if (found.problem !== undefined) return { ...asked, problem: found.problem };
    const isOwn = found.containerId === '' && found.containerName === name;
    if (isOwn) return asked;
    const holder = found.containerId === '' ? '' : 'the container ';
    return { ...asked, problem: `${holder}${found.containerName} already uses it` };
  });
}
