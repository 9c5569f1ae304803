import type { Command } from 'commander';
import { type DiskUsage, diskUsage } from '../../host/engine/system.ts';
import type { CliContext } from '../context.ts';
import { connectEngine } from '../engine.ts';
import { diskUsageDetails } from '../format/disk-usage-details.ts';
import { renderListing } from '../format/listing.ts';
import { humanSize } from '../format/size.ts';

interface DfOptions {
  readonly format?: string;
  readonly verbose?: boolean;
}

/** How much one kind of object takes. */
interface Usage {
  readonly type: string;
  readonly total: number;
  readonly active: number;
  /** Bytes. */
  readonly size: number;
  readonly reclaimable: number;
}

const RUNNING_STATES = new Set(['running', 'paused', 'restarting']);

export function define(command: Command, context: CliContext): void {
  command
    .option('--format <template>', 'table [TEMPLATE], json or a template, as in {{.Size}}')
    .option('-v, --verbose', 'Show each image, container and volume')
    .action(async ({ format, verbose }: DfOptions) => {
      const usage = await diskUsage(await connectEngine(context));
      const output = verbose
        ? diskUsageDetails(usage)
        : renderListing(summarize(usage).map(row), {
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

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

function summarize({ LayersSize, Images, Containers, Volumes, BuildCache }: DiskUsage): Usage[] {
  const usedImages = Images.filter((image) => (image.Containers ?? 0) > 0);
  const usedBytes = sum(usedImages.map((image) => image.Size - Math.max(image.SharedSize ?? 0, 0)));
  const running = Containers.filter(({ State }) => RUNNING_STATES.has(State));
  const stopped = Containers.filter(({ State }) => !RUNNING_STATES.has(State));
  const volumes = Volumes.map(({ UsageData }) => UsageData ?? { Size: 0, RefCount: 0 });
  const unusedCache = BuildCache.filter(({ InUse }) => !InUse);
  const writableBytes = (containers: DiskUsage['Containers']) =>
    sum(containers.map(({ SizeRw = 0 }) => SizeRw));
  return [
    {
      type: 'Images',
      total: Images.length,
      active: usedImages.length,
      size: LayersSize,
      reclaimable: Math.max(LayersSize - usedBytes, 0),
    },
    {
      type: 'Containers',
      total: Containers.length,
      active: running.length,
      size: writableBytes(Containers),
      reclaimable: writableBytes(stopped),
    },
    {
      type: 'Local Volumes',
      total: Volumes.length,
      active: volumes.filter(({ RefCount }) => RefCount > 0).length,
      size: sum(volumes.map(({ Size }) => Math.max(Size, 0))),
      reclaimable: sum(volumes.map(({ Size, RefCount }) => (RefCount > 0 ? 0 : Math.max(Size, 0)))),
    },
    {
      type: 'Build Cache',
      total: BuildCache.length,
      active: BuildCache.length - unusedCache.length,
      size: sum(BuildCache.map(({ Size }) => Size)),
      reclaimable: sum(unusedCache.map(({ Size }) => Size)),
    },
  ];
}

function row({ type, total, active, size, reclaimable }: Usage) {
  const share = size > 0 ? ` (${Math.floor((reclaimable * 100) / size)}%)` : '';
  return {
    Active: String(active),
    Reclaimable: `${humanSize(reclaimable)}${share}`,
    Size: humanSize(size),
    TotalCount: String(total),
    Type: type,
  };
}
