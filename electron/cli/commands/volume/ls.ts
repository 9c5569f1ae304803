import type { Command } from 'commander';
import type { Filters } from '../../../host/engine/containers.ts';
import { listVolumes, type Volume } from '../../../host/engine/volumes.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { collectFilter } from '../../flags/repeated.ts';
import { type ListingRow, renderListing } from '../../format/listing.ts';

interface VolumeLsOptions {
  readonly filter?: Filters;
  readonly format?: string;
  readonly quiet?: boolean;
}

const HEADERS = {
  Driver: 'DRIVER',
  Labels: 'LABELS',
  Mountpoint: 'MOUNTPOINT',
  Name: 'VOLUME NAME',
  Scope: 'SCOPE',
};

export function define(command: Command, context: CliContext): void {
  command
    .option(
      '-f, --filter <name=value>',
      'Filter output based on conditions provided, e.g. dangling=true',
      collectFilter,
    )
    .option(
      '--format <template>',
      'Format output: table [TEMPLATE], json or a template, e.g. {{.Name}}',
    )
    .option('-q, --quiet', 'Only display volume names')
    .action(async ({ filter, format, quiet }: VolumeLsOptions) => {
      const volumes = await listVolumes(await connectEngine(context), filter);
      context.stdout.write(
        renderListing(volumes.map(volumeRow), {
          format: quiet && format === undefined ? '{{.Name}}' : format,
          table: '{{.Driver}}\t{{.Name}}',
          headers: HEADERS,
        }),
      );
    });
}

function volumeRow(volume: Volume): ListingRow {
  const { Driver, Labels, Mountpoint, Name, Scope } = volume;
  const labels = Object.entries(Labels).map(([name, value]) => `${name}=${value}`);
  return {
    ...{ Driver, Mountpoint, Name, Scope },
    Label: labelOf(volume),
    Labels: labels.sort().join(','),
  };
}

/** `{{.Label "name"}}` in a template. */
const labelOf =
  ({ Labels }: Volume) =>
  (name: string) =>
    Labels[name] ?? '';
