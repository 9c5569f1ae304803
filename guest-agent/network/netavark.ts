import { z } from 'zod';
import { run } from '../runtime/program.ts';

/** Debian keeps it out of PATH, beside podman's other helpers. */
const program = '/usr/lib/podman/netavark';

export interface NetavarkNetwork {
  readonly name: string;
  readonly id: string;
  /** Name of the bridge interface. */
  readonly bridge: string;
  /** CIDR, with the gateway's address. */
  readonly subnet: string;
  readonly gateway: string;
}

export interface NetavarkPort {
  readonly host_ip: string;
  readonly host_port: number;
  readonly container_port: number;
  readonly protocol: string;
  readonly range: number;
}

export interface NetavarkEndpoint {
  readonly network: NetavarkNetwork;
  readonly address: string;
  /** Name of the interface inside the container. */
  readonly interface: string;
}

export interface NetavarkRequest {
  readonly containerId: string;
  readonly containerName: string;
  readonly endpoints: readonly NetavarkEndpoint[];
  readonly ports: readonly NetavarkPort[];
}

const statusSchema = z.record(
  z.string(),
  z.object({
    interfaces: z.record(z.string(), z.object({ mac_address: z.string() })),
  }),
);

/** netavark sets up bridges, addresses, NAT and published ports: JSON in, JSON out. */
export class Netavark {
  readonly #directory: string;

  /** `directory`: netavark's own run-time state. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Joins a network namespace to its networks; returns the MAC address by network name. */
  async setup(namespace: string, request: NetavarkRequest): Promise<Record<string, string>> {
    const reply = statusSchema.parse(JSON.parse(await this.#run('setup', namespace, request)));
    return Object.fromEntries(
      Object.entries(reply).map(([name, { interfaces }]) => [
        name,
        Object.values(interfaces)[0]?.mac_address ?? '',
      ]),
    );
  }

  /** Takes back what `setup` did; the request must be the same. */
  async teardown(namespace: string, request: NetavarkRequest): Promise<void> {
    await this.#run('teardown', namespace, request);
  }

  #run(verb: string, namespace: string, request: NetavarkRequest): Promise<string> {
    return run(program, ['--config', this.#directory, verb, namespace], {
      input: JSON.stringify(document(request)),
      env: { NETAVARK_FW: 'nftables' },
    });
  }
}

function document(request: NetavarkRequest): object {
  return {
    container_id: request.containerId,
    container_name: request.containerName,
    port_mappings: request.ports,
    networks: Object.fromEntries(
      request.endpoints.map((endpoint) => [
        endpoint.network.name,
        { interface_name: endpoint.interface, static_ips: [endpoint.address], aliases: [] },
      ]),
    ),
    network_info: Object.fromEntries(
      request.endpoints.map(({ network }) => [
        network.name,
        {
          name: network.name,
          id: network.id,
          driver: 'bridge',
          network_interface: network.bridge,
          subnets: [{ subnet: network.subnet, gateway: network.gateway }],
          ipv6_enabled: false,
          internal: false,
          dns_enabled: false,
          ipam_options: { driver: 'host-local' },
        },
      ]),
    ),
  };
}
