import { randomBytes } from 'node:crypto';
import { EngineError } from '../../errors.ts';
import { loopbackSubnets, machineSubnets } from '../../network/machine-subnets.ts';
import { parseSubnet, type Subnet } from '../../network/subnet.ts';
import type { EventBus } from '../events.ts';
import type { NetworkCreateRequest } from './create-request.ts';
import { publishNetworkEvent } from './event.ts';
import { requestedIpam } from './ipam.ts';
import { isBuiltIn, type Network } from './network.ts';
import type { Networks } from './networks.ts';

/** Docker's name of the option that names the bridge interface. */
const BRIDGE_NAME = 'com.docker.network.bridge.name';

/** Options whose effect Berth's networks can't provide. */
const unsupported: Readonly<Record<string, string>> = {
  'com.docker.network.bridge.enable_icc': 'true',
  'com.docker.network.bridge.enable_ip_masquerade': 'true',
  'com.docker.network.bridge.gateway_mode_ipv4': 'nat',
  'com.docker.network.bridge.gateway_mode_ipv6': 'nat',
  'com.docker.network.bridge.inhibit_ipv4': 'false',
};

/**
 * Creates a network. If it throws EngineError in Docker's words, it has changed nothing. The
 * network overlaps with no other network, and with none of `machine`, the VM's own subnets.
 */
export function createNetwork(
  engine: { readonly networks: Networks; readonly events: EventBus },
  request: NetworkCreateRequest,
  machine: readonly Subnet[] = [...machineSubnets(), ...loopbackSubnets()],
): Promise<Network> {
  return engine.networks.lock.run(async () => {
    checkName(engine.networks, request.Name);
    checkKind(request);
    const id = randomBytes(32).toString('hex');
    checkOptions(engine.networks, id, request.Options);
    const network: Network = {
      ...{ id, name: request.Name, createdAt: new Date().toISOString(), driver: 'bridge' },
      ...{ internal: request.Internal, attachable: request.Attachable },
      ...{ enableIPv4: request.EnableIPv4 ?? true, enableIPv6: request.EnableIPv6 },
      ipam: requestedIpam(request, [...subnetsOf(engine.networks), ...machine]),
      ipamOptions: request.IPAM.Options,
      bridge: request.Options[BRIDGE_NAME] || `br-${id.slice(0, 12)}`,
      ...{ options: request.Options, labels: request.Labels },
    };
    await engine.networks.add(network);
    publishNetworkEvent(engine, network, 'create');
    return network;
  });
}

function subnetsOf(networks: Networks): Subnet[] {
  return networks
    .list()
    .flatMap(({ ipam }) => ipam.map(({ subnet }) => parseSubnet(subnet)))
    .filter((subnet) => subnet !== undefined);
}

function checkName(networks: Networks, name: string): void {
  if (name.trim() === '') throw new EngineError('invalid', 'invalid name: name is empty');
  if (name === 'default' || name.startsWith('container:')) {
    throw new EngineError('forbidden', `operation is not permitted on predefined ${name} network`);
  }
  const taken = networks.list().find((network) => network.name === name);
  if (taken && isBuiltIn(taken)) {
    throw new EngineError('forbidden', `operation is not permitted on predefined ${name} network`);
  }
  if (taken) throw new EngineError('conflict', `network with name ${name} already exists`);
}

function checkKind(request: NetworkCreateRequest): void {
  const { Driver, IPAM } = request;
  if (Driver === 'host' || Driver === 'null') {
    throw new EngineError('forbidden', `only one instance of "${Driver}" network is allowed`);
  }
  if (!['', 'bridge', 'default'].includes(Driver)) throw noPlugin(Driver);
  if (!['', 'default'].includes(IPAM.Driver)) throw noPlugin(IPAM.Driver);
  if (request.Ingress || (request.Scope !== '' && request.Scope !== 'local')) {
    throw new EngineError('unavailable', 'This node is not a swarm manager.');
  }
  if (request.ConfigOnly) {
    throw new EngineError('not-implemented', 'Berth does not support configuration-only networks');
  }
}

function noPlugin(name: string): EngineError {
  return new EngineError('not-found', `plugin "${name}" not found`);
}

function checkOptions(
  networks: Networks,
  id: string,
  options: Readonly<Record<string, string>>,
): void {
  for (const [name, only] of Object.entries(unsupported)) {
    const value = options[name];
    if (value !== undefined && value !== only) {
      throw new EngineError(
        'not-implemented',
        `Berth does not support the network option ${name}=${value}`,
      );
    }
  }
  const bridge = options[BRIDGE_NAME];
  if (!bridge) return;
  // The kernel's rules for interface names.
  if (!/^[\w.-]{1,15}$/.test(bridge) || bridge === '.' || bridge === '..') {
    throw new EngineError('invalid', `invalid interface name: ${bridge}`);
  }
  const holder = networks.list().find((network) => network.bridge === bridge);
  if (holder) {
    throw new EngineError(
      'forbidden',
      `cannot create network ${id} (${bridge}): conflicts with network ${holder.id} (${bridge}): networks have same bridge name`,
    );
  }
  // Names of the VM's own interfaces, and of the outer ends of containers' interfaces.
  if (bridge === 'lo' || /^(eth|veth)/.test(bridge)) {
    throw new EngineError('forbidden', `interface name ${bridge} is reserved. Choose another name`);
  }
}
