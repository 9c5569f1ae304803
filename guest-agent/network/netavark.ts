import { run } from '../runtime/process/program.ts';

/** Debian keeps them out of PATH, beside podman's other helpers. */
const program = '/usr/lib/podman/netavark';
const nameServer = '/usr/lib/podman/aardvark-dns';

export interface NetavarkNetwork {
  readonly id: string;
  /** Name of the bridge interface. */
  readonly bridge: string;
  /** At most one of each family; `subnet` in CIDR form. */
  readonly subnets: readonly { readonly subnet: string; readonly gateway: string }[];
  readonly internal: boolean;
  /** Whether containers find each other by name on it. */
  readonly names: boolean;
  /** Largest packet, bytes; undefined leaves it to netavark. */
  readonly mtu: number | undefined;
}

export interface NetavarkPort {
  readonly host_ip: string;
  readonly host_port: number;
  readonly container_port: number;
  readonly protocol: string;
  readonly range: number;
}

/** A container's place in one network. */
export interface NetavarkEndpoint {
  readonly containerId: string;
  readonly containerName: string;
  readonly network: NetavarkNetwork;
  /** One of each family that the network has. */
  readonly addresses: readonly string[];
  readonly macAddress: string;
  /** Names of the two ends of the pair of interfaces. */
  readonly inside: string;
  readonly outside: string;
  /** Names beside the container's own that others find it by. */
  readonly aliases: readonly string[];
  /** Where the container's other questions about names go; empty means the machine's servers. */
  readonly dnsServers: readonly string[];
  /** Whether the container's default route goes through here. */
  readonly defaultRoute: boolean;
  readonly ports: readonly NetavarkPort[];
}

/** netavark sets up bridges, addresses, NAT, published ports and name lookup: JSON in, JSON out. */
export class Netavark {
  readonly #directory: string;

  /** `directory`: netavark's own run-time state. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Joins a network namespace to a network. */
  async setup(namespace: string, endpoint: NetavarkEndpoint): Promise<void> {
    await this.#run('setup', namespace, endpoint);
  }

  /**
   * Takes back what `setup` did; the endpoint must be the same. Takes back all that it can where
   * something isn't there, and rejects afterwards.
   */
  async teardown(namespace: string, endpoint: NetavarkEndpoint): Promise<void> {
    await this.#run('teardown', namespace, endpoint);
  }

  async #run(verb: string, namespace: string, endpoint: NetavarkEndpoint): Promise<void> {
    await run(
      program,
      ['--config', this.#directory, '--aardvark-binary', nameServer, verb, namespace],
      { input: JSON.stringify(document(endpoint)), env: { NETAVARK_FW: 'nftables' } },
    );
  }
}

/** netavark's names of networks end up in file names: the ID is one that always fits. */
function document(endpoint: NetavarkEndpoint): object {
  const { network } = endpoint;
  return {
    container_id: endpoint.containerId,
    container_name: endpoint.containerName,
    port_mappings: endpoint.ports,
    dns_servers: endpoint.dnsServers.length > 0 ? endpoint.dnsServers : null,
    networks: {
      [network.id]: {
        interface_name: endpoint.inside,
        static_ips: endpoint.addresses,
        static_mac: endpoint.macAddress,
        aliases: endpoint.aliases,
        options: { host_interface_name: endpoint.outside },
      },
    },
    network_info: {
      [network.id]: {
        name: network.id,
        id: network.id,
        driver: 'bridge',
        network_interface: network.bridge,
        subnets: network.subnets,
        ipv6_enabled: network.subnets.some(({ subnet }) => subnet.includes(':')),
        internal: network.internal,
        dns_enabled: network.names,
        ipam_options: { driver: 'host-local' },
        options: {
          // Containers of one network don't reach those of another.
          isolate: 'true',
          no_default_route: String(!endpoint.defaultRoute),
          // The kernel's own, as Docker leaves it; netavark's is 100.
          metric: '0',
          ...(network.mtu !== undefined && { mtu: String(network.mtu) }),
        },
      },
    },
  };
}
