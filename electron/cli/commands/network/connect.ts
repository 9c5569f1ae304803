import type { Command } from 'commander';
import type { EndpointRequest } from '../../../../guest-agent/grammar/engine-types.ts';
import { keyValues } from '../../../../guest-agent/grammar/key-values.ts';
import { endpointOf } from '../../../../guest-agent/grammar/network.ts';
import { connectNetwork } from '../../../host/engine/networks.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { parseInteger } from '../../flags/numbers.ts';
import { collect } from '../../flags/repeated.ts';

interface ConnectOptions {
  readonly alias?: readonly string[];
  readonly driverOpt?: readonly string[];
  readonly gwPriority?: number;
  readonly ip?: string;
  readonly ip6?: string;
  readonly link?: readonly string[];
}

export function define(command: Command, context: CliContext): void {
  command
    .argument('<network>')
    .argument('<container>')
    .option('--alias <name>', 'Add network-scoped alias for the container', collect)
    .option('--driver-opt <name=value>', 'Driver options for the network', collect)
    .option(
      '--gw-priority <number>',
      'Highest gw-priority provides the default gateway. Accepts positive and negative values',
      parseInteger,
    )
    .option('--ip <address>', 'IPv4 address, e.g. 172.30.100.104')
    .option('--ip6 <address>', 'IPv6 address, e.g. 2001:db8::33')
    .option('--link <container[:alias]>', 'Add link to another container', collect)
    .action(async (network: string, container: string, options: ConnectOptions) => {
      const engine = await connectEngine(context);
      await connectNetwork(engine, network, container, endpoint(options));
    });
}

function endpoint(options: ConnectOptions): EndpointRequest {
  const { alias, driverOpt, gwPriority, ip, ip6, link } = options;
  return endpointOf({
    ...{ ip, ip6, aliases: alias, links: link, gatewayPriority: gwPriority },
    driverOptions: driverOpt && keyValues(driverOpt),
  });
}
