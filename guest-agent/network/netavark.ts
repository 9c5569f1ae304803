import { awaitedElsewhere } from '../errors.ts';
import { run, runCleanup, wasPrevented } from '../runtime/process/program.ts';
import { removeUnusedNetwork } from './unused-network.ts';

/** Debian installs netavark next to podman's other helpers, outside PATH. */
const program = '/usr/lib/podman/netavark';
const nameServer = '/usr/lib/podman/aardvark-dns';

export interface NetavarkNetwork {
  readonly id: string;
  /** The name of the bridge interface. */
  readonly bridge: string;
  /** At most one of each family, with `subnet` in CIDR form. */
  readonly subnets: readonly { readonly subnet: string; readonly gateway: string }[];
  readonly internal: boolean;
  /** Whether containers on the network find each other by name. */
  readonly names: boolean;
  /** The largest packet in bytes. Undefined uses netavark's default. */
  readonly mtu: number | undefined;
}

export interface NetavarkPort {
  readonly host_ip: string;
  readonly host_port: number;
  readonly container_port: number;
  readonly protocol: string;
  readonly range: number;
}

/** A container's endpoint in one network. */
export interface NetavarkEndpoint {
  readonly containerId: string;
  readonly containerName: string;
  readonly network: NetavarkNetwork;
  /** One address for each family of the network. */
  readonly addresses: readonly string[];
  readonly macAddress: string;
  /** The names of both ends of the interface pair. */
  readonly inside: string;
  readonly outside: string;
  /** More names of the container on the network. */
  readonly aliases: readonly string[];
  /** Servers for the container's other name queries. Empty uses the VM's servers. */
  readonly dnsServers: readonly string[];
  /** Whether this endpoint has the container's default route. */
  readonly defaultRoute: boolean;
  readonly ports: readonly NetavarkPort[];
}

/**
 * netavark sets up bridges, addresses, NAT, published ports and name lookup, with JSON as input and
 * output.
 */
export class Netavark {
  readonly #directory: string;

  /** netavark keeps its runtime state in `directory`. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Connects a network namespace to a network. If something kills netavark, undoes what it did. */
  async setup(namespace: string, endpoint: NetavarkEndpoint): Promise<void> {
    try {
      await this.#run('setup', namespace, endpoint);
    } catch (error) {
      if (wasPrevented(error)) await this.#undoSetup(namespace, endpoint);
      throw error;
    }
  }

  async #undoSetup(namespace: string, endpoint: NetavarkEndpoint): Promise<void> {
    // Fails if a part is missing, after it has undone the others. The caller reports the kill.
    await this.#run('teardown', namespace, endpoint, runCleanup).catch(awaitedElsewhere);
    await removeUnusedNetwork(endpoint.network);
  }

  /**
   * Undoes `setup`. The endpoint must be the same. If a part is missing, undoes everything else and
   * rejects afterwards. If something kills netavark, runs it again.
   */
  async teardown(namespace: string, endpoint: NetavarkEndpoint): Promise<void> {
    try {
      await this.#run('teardown', namespace, endpoint);
    } catch (error) {
      if (!wasPrevented(error)) throw error;
      try {
        await this.#run('teardown', namespace, endpoint, runCleanup);
      } finally {
        // Without the interface that the killed run has removed, netavark doesn't reach the network's own.
        await removeUnusedNetwork(endpoint.network);
      }
    }
  }

  async #run(
    verb: 'setup' | 'teardown',
    namespace: string,
    endpoint: NetavarkEndpoint,
    start: typeof run = run,
  ): Promise<void> {
    await start(
      program,
      ['--config', this.#directory, '--aardvark-binary', nameServer, verb, namespace],
      { input: JSON.stringify(document(endpoint)), env: { NETAVARK_FW: 'nftables' } },
    );
  }
}

/** netavark uses network names in file names. The ID is always a valid file name. */
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
          // Containers on one network can't reach those on another.
          isolate: 'true',
          no_default_route: String(!endpoint.defaultRoute),
          // The kernel's default, as in Docker. netavark's default is 100.
          metric: '0',
          ...(network.mtu !== undefined && { mtu: String(network.mtu) }),
        },
      },
    },
  };
}
