import type { Command } from 'commander';
import type { DiskUse } from '../../../api/disk.ts';
import { summarizeDiskUsage } from '../../../host/engine/disk-summary.ts';
import { diskUsage } from '../../../host/engine/system.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { diskUsageDetails } from '../../format/disk-usage-details.ts';
import { renderListing } from '../../format/listing.ts';
import { humanSize } from '../../format/size.ts';

interface DfOptions {
  readonly format?: string;
  readonly verbose?: boolean;
}

const TYPES: Readonly<Record<DiskUse['kind'], string>> = {
  images: 'Images',
  containers: 'Containers',
  volumes: 'Local Volumes',
  buildCache: 'Build Cache',
};

export function define(command: Command, context: CliContext): void {
  command
    .option(
      '--format <template>',
      'Format output: table [TEMPLATE], json or a template, e.g. {{.Size}}',
    )
    .option('-v, --verbose', 'Show detailed information on space usage')
    .action(async ({ format, verbose }: DfOptions) => {
      const usage = await diskUsage(await connectEngine(context));
      const output = verbose
        ? diskUsageDetails(usage)
        : renderListing(summarizeDiskUsage(usage).map(row), {
            format,
            table: '{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}',
            headers: {
              Active: 'ACTIVE',
              Reclaimable: 'RECLAIMABLE',
              Size: 'SIZE',
              TotalCount: 'TOTAL',
              Type: 'TYPE',
            },
          });
      context.stdout.write(output);
    });
}

function row({ kind, total, active, size, reclaimable }: DiskUse) {
  const share = size > 0 ? ` (${Math.floor((reclaimable * 100) / size)}%)` : '';
  return {
    Active: String(active),
    Reclaimable: `${humanSize(reclaimable)}${share}`,
    Size: humanSize(size),
    TotalCount: String(total),
    Type: TYPES[kind],
  };
}
