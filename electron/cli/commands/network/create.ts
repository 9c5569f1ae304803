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
    .option('--attachable', "Docker's flag for swarms; it is kept and changes nothing")
    .option('--aux-address <name=address>', 'Keep an address from containers', collect)
    .option('-d, --driver <driver>', 'Driver of the network', 'bridge')
    .option('--gateway <address>', 'Gateway of a subnet', collect)
    .option('--internal', 'Without a way out of the machine')
    .option('--ip-range <subnet>', 'Choose addresses from this part of a subnet', collect)
    .option('--ipam-driver <driver>', 'Driver of its addresses', 'default')
    .option('--ipam-opt <name=value>', 'Option of that driver', collect)
    .option('--ipv4', 'Give containers IPv4 addresses (default)')
    .option('--no-ipv4', 'Do not give containers IPv4 addresses')
    .option('--ipv6', 'Give containers IPv6 addresses')
    .option('--label <name=value>', 'Set a label', collect)
    .option('-o, --opt <name=value>', 'Option of the driver', collect)
    .option('--subnet <subnet>', 'Subnet, as in 10.5.0.0/16', collect)
    .action(async (name: string, options: CreateOptions) => {
      const request = networkRequest(name, options);
      printLine(context, await createNetwork(await connectEngine(context), request));
    });
}

/** The body of POST /networks/create. Throws HostError 'invalid' for flags that do not fit. */
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

/** Gateways, ranges and addresses belong to the subnet of their family: there is one of each. */
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
