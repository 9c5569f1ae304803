import type { Command } from 'commander';
import type { Filters } from '../../../host/engine/containers.ts';
import { listNetworks, type NetworkSummary } from '../../../host/engine/networks.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { collectFilter } from '../../flags/repeated.ts';
import { type ListingRow, renderListing } from '../../format/listing.ts';
import { shortId } from '../../format/text.ts';

interface ListOptions {
  readonly filter?: Filters;
  readonly format?: string;
  readonly quiet?: boolean;
  readonly trunc: boolean;
}

const HEADERS = {
  CreatedAt: 'CREATED AT',
  Driver: 'DRIVER',
  ID: 'NETWORK ID',
  IPv4: 'IPV4',
  IPv6: 'IPV6',
  Internal: 'INTERNAL',
  Labels: 'LABELS',
  Name: 'NAME',
  Scope: 'SCOPE',
};

export function define(command: Command, context: CliContext): void {
  command
    .option(
      '-f, --filter <name=value>',
      'Filter output based on conditions provided, e.g. driver=bridge',
      collectFilter,
    )
    .option(
      '--format <template>',
      'Format output: table [TEMPLATE], json or a template, e.g. {{.Name}}',
    )
    .option('--no-trunc', "Don't truncate output")
    .option('-q, --quiet', 'Only display network IDs')
    .action(async ({ filter, format, quiet, trunc }: ListOptions) => {
      const networks = await listNetworks(await connectEngine(context), filter);
      const rows = networks
        .toSorted((a, b) => (a.Name < b.Name ? -1 : 1))
        .map((network) => networkRow(network, trunc));
      context.stdout.write(
        renderListing(rows, {
          format: quiet && format === undefined ? '{{.ID}}' : format,
          table: '{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}',
          headers: HEADERS,
        }),
      );
    });
}

function networkRow(network: NetworkSummary, truncate: boolean): ListingRow {
  const labels = Object.entries(network.Labels).map(([name, value]) => `${name}=${value}`);
  return {
    CreatedAt: network.Created,
    Driver: network.Driver,
    ID: truncate ? shortId(network.Id) : network.Id,
    IPv4: String(network.EnableIPv4 ?? true),
    IPv6: String(network.EnableIPv6),
    Internal: String(network.Internal),
    Label: labelOf(network),
    Labels: labels.join(','),
    Name: network.Name,
    Scope: network.Scope,
  };
}

/** `{{.Label "name"}}` in a template. */
const labelOf =
  ({ Labels }: NetworkSummary) =>
  (name: string) =>
    Labels[name] ?? '';
