import { createHash } from 'node:crypto';
import { EngineError } from '../errors.ts';
import { AddressPool } from '../network/address-pool.ts';
import { createNetworkNamespace, removeNetworkNamespace } from '../network/namespace.ts';
import type { Netavark, NetavarkPort, NetavarkRequest } from '../network/netavark.ts';
import type { ContainerRecord, Endpoint } from './containers/container.ts';
import { Lock } from './lock.ts';

export interface Network {
  readonly name: string;
  readonly id: string;
  readonly driver: 'bridge' | 'host' | 'null';
  /** Bridges only. */
  readonly subnet: string;
  readonly gateway: string;
  readonly bridge: string;
}

const PREFIX_LENGTH = 16;

/** The networks that always exist, with Docker's names. Their IDs never change. */
const builtIn: readonly Network[] = [
  {
    name: 'bridge',
    driver: 'bridge' as const,
    subnet: `172.17.0.0/${PREFIX_LENGTH}`,
    gateway: '172.17.0.1',
    bridge: 'berth0',
  },
  { name: 'host', driver: 'host' as const, subnet: '', gateway: '', bridge: '' },
  { name: 'none', driver: 'null' as const, subnet: '', gateway: '', bridge: '' },
].map((network) => ({
  ...network,
  id: createHash('sha256').update(`berth/network/${network.name}`).digest('hex'),
}));

/** Networks, and how containers join and leave them. */
export class Networks {
  readonly #netavark: Netavark;
  /** netavark removes a bridge with its last container, and doesn't expect another to come then. */
  readonly #lock = new Lock();
  readonly #pools = new Map<string, AddressPool>();

  constructor(netavark: Netavark) {
    this.#netavark = netavark;
    for (const { name, driver, subnet } of builtIn) {
      if (driver === 'bridge') this.#pools.set(name, new AddressPool(subnet));
    }
  }

  list(): readonly Network[] {
    return builtIn;
  }

  /** By name, ID or beginning of an ID. */
  get(reference: string): Network {
    const wanted = reference === 'default' || reference === '' ? 'bridge' : reference;
    const network =
      builtIn.find(({ name, id }) => name === wanted || id === wanted) ??
      builtIn.find(({ id }) => wanted.length >= 2 && id.startsWith(wanted));
    if (!network) throw new EngineError('not-found', `network ${reference} not found`);
    return network;
  }

  /** Marks the addresses of a container that was running before the agent was. */
  hold(record: ContainerRecord): void {
    for (const [name, { address }] of Object.entries(record.endpoints)) {
      if (address) this.#pools.get(name)?.hold(address);
    }
  }

  /**
   * Makes the container's network namespace and joins it to its network. Returns its endpoints by
   * network name. Leaves nothing behind when it fails.
   */
  async join(record: ContainerRecord, namespace: string): Promise<Record<string, Endpoint>> {
    const network = this.get(record.hostConfig.NetworkMode);
    const pool = this.#pools.get(network.name);
    const address = pool?.take();
    try {
      await createNetworkNamespace(namespace);
      if (address === undefined) return { [network.name]: endpointOf(network) };
      const endpoints = { [network.name]: { ...endpointOf(network), address } };
      const macs = await this.#lock.run(() =>
        this.#netavark.setup(namespace, this.#request(record, endpoints)),
      );
      return {
        [network.name]: {
          ...endpointOf(network),
          address,
          prefixLength: PREFIX_LENGTH,
          macAddress: macs[network.name] ?? '',
        },
      };
    } catch (error) {
      if (address !== undefined) pool?.release(address);
      await removeNetworkNamespace(namespace);
      throw error;
    }
  }

  /** Takes back what `join` did. Idempotent, and right after a crash half way through either. */
  async leave(record: ContainerRecord, namespace: string): Promise<void> {
    const bridged = Object.entries(record.endpoints).filter(([, { address }]) => address);
    try {
      if (bridged.length > 0) {
        await this.#lock.run(() =>
          this.#netavark.teardown(namespace, this.#request(record, record.endpoints)),
        );
      }
    } finally {
      for (const [name, { address }] of bridged) this.#pools.get(name)?.release(address);
      await removeNetworkNamespace(namespace);
    }
  }

  #request(record: ContainerRecord, endpoints: Record<string, Endpoint>): NetavarkRequest {
    return {
      containerId: record.id,
      containerName: record.name,
      endpoints: Object.entries(endpoints)
        .filter(([, { address }]) => address)
        .map(([name, { address }], index) => {
          const network = this.get(name);
          return { network, address, interface: `eth${index}` };
        }),
      ports: portMappings(record),
    };
  }
}

/** A container's place in a network while it isn't running. */
export function endpointOf(network: Network): Endpoint {
  return {
    networkId: network.id,
    address: '',
    prefixLength: 0,
    gateway: network.gateway,
    macAddress: '',
  };
}

/** Published ports that name a host port: "80/tcp" → 8080. */
function portMappings(record: ContainerRecord): NetavarkPort[] {
  return Object.entries(record.hostConfig.PortBindings).flatMap(([port, bindings]) => {
    const [number = '', protocol = 'tcp'] = port.split('/');
    return bindings
      .filter(({ HostPort }) => HostPort !== '')
      .map(({ HostIp, HostPort }) => ({
        host_ip: HostIp,
        host_port: Number(HostPort),
        container_port: Number(number),
        protocol,
        range: 1,
      }));
  });
}
