import type { Command } from 'commander';
import { keyValues } from '../../../../guest-agent/grammar/key-values.ts';
import { HostError } from '../../../host/base/errors.ts';
import { createNetwork, type NetworkCreateRequest } from '../../../host/engine/networks.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { collect } from '../../flags/repeated.ts';

interface CreateOptions {
  readonly attachable?: boolean;
  readonly auxAddress?: readonly string[];
  readonly driver: string;
  readonly gateway?: readonly string[];
  readonly internal?: boolean;
  readonly ipRange?: readonly string[];
  readonly ipamDriver: string;
  readonly ipamOpt?: readonly string[];
  readonly ipv4?: boolean;
  readonly ipv6?: boolean;
  readonly label?: readonly string[];
  readonly opt?: readonly string[];
  readonly subnet?: readonly string[];
}

export function define(command: Command, context: CliContext): void {
  command
    .argument('<network>')
    .option('--attachable', 'Stored with the network, but has no effect')
    .option(
      '--aux-address <name=address>',
      'Auxiliary IPv4 or IPv6 addresses used by the network driver',
      collect,
    )
    .option('-d, --driver <driver>', 'Driver to manage the network', 'bridge')
    .option('--gateway <address>', 'IPv4 or IPv6 gateway for the subnet', collect)
    .option('--internal', 'Restrict external access to the network')
    .option('--ip-range <subnet>', 'Allocate container IP addresses from a sub-range', collect)
    .option('--ipam-driver <driver>', 'IP address management driver', 'default')
    .option('--ipam-opt <name=value>', 'Set IPAM driver specific options', collect)
    .option('--ipv4', 'Enable IPv4 address assignment (default)')
    .option('--no-ipv4', 'Disable IPv4 address assignment')
    .option('--ipv6', 'Enable IPv6 address assignment')
    .option('--label <name=value>', 'Set metadata on a network', collect)
    .option('-o, --opt <name=value>', 'Set driver specific options', collect)
    .option(
      '--subnet <subnet>',
      'Subnet in CIDR format that represents a network segment, e.g. 10.5.0.0/16',
      collect,
    )
    .action(async (name: string, options: CreateOptions) => {
      const request = networkRequest(name, options);
      printLine(context, await createNetwork(await connectEngine(context), request));
    });
}

/**
 * The body of POST /networks/create. Throws HostError 'invalid' for flags that contradict each
 * other.
 */
function networkRequest(name: string, options: CreateOptions): NetworkCreateRequest {
  return {
    Name: name,
    Driver: options.driver,
    Internal: options.internal ?? false,
    Attachable: options.attachable ?? false,
    EnableIPv4: options.ipv4 ?? true,
    EnableIPv6: options.ipv6 ?? false,
    IPAM: {
      Driver: options.ipamDriver,
      Options: keyValues(options.ipamOpt ?? []),
      Config: ipamConfig(options),
    },
    Options: keyValues(options.opt ?? []),
    Labels: keyValues(options.label ?? []),
  };
}

type Ipam = NonNullable<NonNullable<NetworkCreateRequest['IPAM']>['Config']>[number];

/** Gateways, ranges and addresses belong to the subnet of their family, IPv4 or IPv6. */
function ipamConfig(options: CreateOptions): Ipam[] {
  const { subnet: subnets = [], gateway = [], ipRange = [], auxAddress = [] } = options;
  const auxiliary = Object.entries(keyValues(auxAddress));
  const isIPv6 = (address: string) => address.includes(':');
  for (const address of [...gateway, ...ipRange, ...auxiliary.map(([, address]) => address)]) {
    if (!subnets.some((subnet) => isIPv6(subnet) === isIPv6(address))) {
      throw new HostError('invalid', `no matching subnet for "${address}"`);
    }
  }
  return subnets.map((Subnet) => {
    const own = (address: string) => isIPv6(address) === isIPv6(Subnet);
    const [range, gate] = [ipRange.find(own), gateway.find(own)];
    const reserved = auxiliary.filter(([, address]) => own(address));
    return {
      Subnet,
      ...(range !== undefined && { IPRange: range }),
      ...(gate !== undefined && { Gateway: gate }),
      ...(reserved.length > 0 && { AuxiliaryAddresses: Object.fromEntries(reserved) }),
    };
  });
}
