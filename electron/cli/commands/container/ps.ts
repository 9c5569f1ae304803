import type { Command } from 'commander';
import { keyValueEntries } from '../../../../guest-agent/grammar/key-values.ts';
import type { ContainerSummary } from '../../../host/engine/container-schemas.ts';
import { type Filters, listContainers } from '../../../host/engine/containers.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { parseInteger } from '../../flags/numbers.ts';
import { collectFilter } from '../../flags/repeated.ts';
import { timeAgo } from '../../format/duration.ts';
import { type ListingRow, renderListing } from '../../format/listing.ts';
import { displayPorts } from '../../format/ports.ts';
import { humanSize } from '../../format/size.ts';
import { ellipsis, shortId } from '../../format/text.ts';
import { createdAt } from '../../format/timestamp.ts';

interface PsOptions {
  readonly all?: boolean;
  readonly filter?: Filters;
  readonly format?: string;
  readonly last?: number;
  readonly latest?: boolean;
  readonly quiet?: boolean;
  readonly size?: boolean;
  readonly trunc: boolean;
}

const TABLE =
  '{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}';

/** The headers of the fields of `containerRow`. */
export const HEADERS = {
  Command: 'COMMAND',
  CreatedAt: 'CREATED AT',
  ID: 'CONTAINER ID',
  Image: 'IMAGE',
  Labels: 'LABELS',
  LocalVolumes: 'LOCAL VOLUMES',
  Mounts: 'MOUNTS',
  Names: 'NAMES',
  Networks: 'NETWORKS',
  Ports: 'PORTS',
  RunningFor: 'CREATED',
  Size: 'SIZE',
  State: 'STATE',
  Status: 'STATUS',
};

export function define(command: Command, context: CliContext): void {
  command
    .option('-a, --all', 'Show all containers (default shows just running)')
    .option(
      '-f, --filter <name=value>',
      'Filter output based on conditions provided, e.g. status=exited',
      collectFilter,
    )
    .option(
      '--format <template>',
      'Format output: table [TEMPLATE], json or a template, e.g. {{.Names}}',
    )
    .option(
      '-n, --last <number>',
      'Show n last created containers (includes all states)',
      parseInteger,
    )
    .option('-l, --latest', 'Show the latest created container (includes all states)')
    .option('--no-trunc', "Don't truncate output")
    .option('-q, --quiet', 'Only display container IDs')
    .option('-s, --size', 'Display total file sizes')
    .action(async (options: PsOptions) => {
      const { all, filter, format, quiet, trunc } = options;
      const limit = options.latest ? 1 : options.last;
      const size = options.size ?? format?.includes('.Size') ?? false;
      const containers = await listContainers(await connectEngine(context), {
        ...(all ? { all } : {}),
        ...(limit === undefined || limit < 0 ? {} : { limit }),
        ...(size ? { size } : {}),
        ...(filter ? { filters: filter } : {}),
      });
      const rows = containers.map((container) => containerRow(container, trunc));
      const table = options.size ? `${TABLE}\t{{.Size}}` : TABLE;
      context.stdout.write(
        renderListing(rows, {
          format: quiet && format === undefined ? '{{.ID}}' : format,
          table,
          headers: HEADERS,
        }),
      );
    });
}

/** The fields for `--format`, with Docker's names. */
export function containerRow(container: ContainerSummary, truncate: boolean): ListingRow {
  const labels = keyValueEntries(container.Labels);
  const names = container.Names.map((name) => name.replace(/^\//, ''));
  const mounts = container.Mounts.map(({ Name, Source }) => Name || Source || '');
  return {
    Command: JSON.stringify(truncate ? ellipsis(container.Command, 20) : container.Command),
    CreatedAt: createdAt(container.Created),
    ID: truncate ? shortId(container.Id) : container.Id,
    Image: imageName(container, truncate),
    Label: labelOf(container),
    Labels: labels.sort().join(','),
    LocalVolumes: String(container.Mounts.filter(({ Driver }) => Driver === 'local').length),
    Mounts: mounts.map((mount) => (truncate ? ellipsis(mount, 15) : mount)).join(','),
    // A name with another container's name before it is a link to this one.
    Names: names.filter((name) => !truncate || !name.includes('/')).join(','),
    Networks: Object.keys(container.NetworkSettings.Networks).sort().join(','),
    Ports: displayPorts(container.Ports),
    RunningFor: timeAgo(container.Created),
    Size: sizes(container),
    State: container.State,
    Status: container.Status,
  };
}

/** `{{.Label "name"}}` in a template. */
const labelOf =
  ({ Labels }: ContainerSummary) =>
  (name: string) =>
    Labels[name] ?? '';

function imageName({ Image, ImageID }: ContainerSummary, truncate: boolean): string {
  if (Image === '') return '<no image>';
  return truncate && Image === ImageID ? shortId(ImageID) : Image;
}

function sizes({ SizeRw = 0, SizeRootFs = 0 }: ContainerSummary): string {
  const own = humanSize(SizeRw, 3);
  return SizeRootFs > 0 ? `${own} (virtual ${humanSize(SizeRootFs, 3)})` : own;
}
