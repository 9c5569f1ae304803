import { HostError } from '../../base/errors.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import { stopContainer } from '../../engine/containers.ts';
import { createNetwork, disconnectNetwork, removeNetwork } from '../../engine/networks.ts';
import { createVolume } from '../../engine/volumes.ts';
import type { Project } from '../file/project.ts';
import { type Report, told } from './compose-host.ts';
import { networkHash, volumeHash } from './hash.ts';
import { COMPOSE_VERSION, LABELS } from './labels.ts';
import type { Observed } from './observe.ts';
import type { Plan } from './plan.ts';

/** Creates the networks and volumes that a plan requires. */
export async function createResources(
  client: EngineClient,
  project: Project,
  plan: Plan,
  observed: Observed,
  report: Report,
): Promise<void> {
  for (const { name, action } of plan.networks) {
    if (action === 'missing') {
      throw new HostError('engine', `network ${name} declared as external, but could not be found`);
    }
  }
  for (const { name, action } of plan.volumes) {
    if (action === 'missing') {
      throw new HostError('engine', `external volume "${name}" not found`);
    }
  }
  for (const { key, name, action } of plan.networks) {
    if (action === 'recreate') await removeUsedNetwork(client, name, observed, report);
    if (action === 'create' || action === 'recreate') {
      await told(report, 'network', name, ['Creating', 'Created'], () =>
        createNetwork(client, networkRequest(project, key)),
      );
    }
  }
  for (const { key, name, action } of plan.volumes) {
    const volume = project.volumes[key];
    if (action !== 'create' || !volume) continue;
    await told(report, 'volume', name, ['Creating', 'Created'], () =>
      createVolume(client, {
        name,
        ...(volume.driver !== undefined && { driver: volume.driver }),
        ...(volume.driver_opts && { options: volume.driver_opts }),
        labels: {
          ...volume.labels,
          [LABELS.configHash]: volumeHash(volume),
          [LABELS.project]: project.name,
          [LABELS.version]: COMPOSE_VERSION,
          [LABELS.volume]: key,
        },
      }),
    );
  }
}

/** Stops the network's containers and disconnects them; the plan recreates each of them. */
async function removeUsedNetwork(
  client: EngineClient,
  name: string,
  { containers }: Observed,
  report: Report,
): Promise<void> {
  const users = containers.filter(({ networks }) => networks.includes(name));
  await told(report, 'network', name, ['Removing', 'Removed'], async () => {
    await Promise.all(users.map(({ id }) => stopContainer(client, id)));
    for (const { id } of users) await disconnectNetwork(client, name, id, { force: true });
    await removeNetwork(client, name);
  });
}

function networkRequest(project: Project, key: string) {
  const network = project.networks[key];
  if (!network) throw new HostError('internal', `network ${key} isn't in the plan`);
  const { name, driver, driver_opts, ipam, internal, attachable, labels } = network;
  return {
    Name: name,
    Driver: driver ?? 'bridge',
    Internal: internal ?? false,
    Attachable: attachable ?? false,
    ...(network.enable_ipv4 !== undefined && { EnableIPv4: network.enable_ipv4 }),
    ...(network.enable_ipv6 !== undefined && { EnableIPv6: network.enable_ipv6 }),
    ...(driver_opts && { Options: driver_opts }),
    IPAM: {
      ...(ipam.driver !== undefined && { Driver: ipam.driver }),
      Config: (ipam.config ?? []).map(({ subnet, gateway, ip_range, aux_addresses }) => ({
        Subnet: subnet ?? '',
        ...(gateway !== undefined && { Gateway: gateway }),
        ...(ip_range !== undefined && { IPRange: ip_range }),
        ...(aux_addresses && { AuxiliaryAddresses: aux_addresses }),
      })),
    },
    Labels: {
      ...labels,
      [LABELS.configHash]: networkHash(network),
      [LABELS.network]: key,
      [LABELS.project]: project.name,
      [LABELS.version]: COMPOSE_VERSION,
    },
  };
}
