import type { Command } from 'commander';
import type { PruneScope } from '../../../api/disk.ts';
import { HostError } from '../../../host/base/errors.ts';
import type { EngineClient } from '../../../host/engine/connection/client.ts';
import { type Filters, pruneContainers } from '../../../host/engine/containers.ts';
import { pruneImages } from '../../../host/engine/images.ts';
import { pruneNetworks } from '../../../host/engine/networks.ts';
import { previewPrune } from '../../../host/engine/prune-preview.ts';
import { pruneBuildCache, pruneVolumes } from '../../../host/engine/system.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { collectFilter } from '../../flags/repeated.ts';
import { prunedImageLine } from '../../format/pruned-image.ts';
import { humanSize } from '../../format/size.ts';
import { confirm } from '../../prompt/confirm.ts';
import { freedLine, goingItems, keptLines, pruneQuestion } from '../../prompt/prune-question.ts';

interface PruneOptions {
  readonly all?: boolean;
  readonly filter?: Filters;
  readonly force?: boolean;
  readonly volumes?: boolean;
}

/** The removed objects of one kind. */
interface Pruned {
  readonly title: string;
  readonly lines: readonly string[];
  readonly bytes: number;
}

export function define(command: Command, context: CliContext): void {
  command
    .option('-a, --all', 'Remove all unused images, including those you built or loaded')
    .option('--filter <name=value>', 'Filter what to remove, e.g. until=24h', collectFilter)
    .option('-f, --force', 'Do not prompt for confirmation')
    .option('--volumes', 'Also remove unused anonymous volumes')
    .action(async (options: PruneOptions) => {
      if (options.volumes && options.filter?.until) {
        throw new HostError('invalid', 'The "until" filter is not supported with "--volumes"');
      }
      const engine = await connectEngine(context);
      if (!options.force && !(await confirm(context, await question(engine, options)))) return;
      let bytes = 0;
      for await (const pruned of pruneAll(engine, options)) {
        bytes += pruned.bytes;
        if (pruned.lines.length === 0) continue;
        printLine(context, [`${pruned.title}:`, ...pruned.lines, ''].join('\n'));
      }
      printLine(context, `Total reclaimed space: ${humanSize(bytes)}`);
    });
}

async function question(engine: EngineClient, options: PruneOptions): Promise<string> {
  const { all, volumes, filter } = options;
  const kinds = {
    ...{ containers: true, networks: true, images: scopeOf(options) },
    ...(volumes ? { volumes: 'anonymous' as const } : {}),
  };
  const preview = await previewPrune(engine, kinds, filter);
  const items = goingItems(preview);
  return pruneQuestion(
    [
      { what: 'all stopped containers', items: items.containers },
      { what: 'all networks not used by at least one container', items: items.networks },
      ...(volumes
        ? [
            {
              what: 'all anonymous volumes not used by at least one container',
              items: items.volumes,
            },
          ]
        : []),
      {
        what: all
          ? 'all images without at least one container associated to them'
          : 'all dangling images, and downloaded images without at least one container associated to them',
        items: items.images,
      },
      { what: 'all build cache' },
    ],
    [...keptLines(preview), freedLine(preview)],
  );
}

const scopeOf = ({ all }: PruneOptions): PruneScope => (all ? 'all' : 'downloaded');

async function* pruneAll(engine: EngineClient, options: PruneOptions): AsyncGenerator<Pruned> {
  const { filter: filters = {}, volumes } = options;
  const containers = await pruneContainers(engine, filters);
  yield {
    title: 'Deleted Containers',
    lines: containers.ContainersDeleted,
    bytes: containers.SpaceReclaimed,
  };
  const networks = await pruneNetworks(engine, filters);
  yield { title: 'Deleted Networks', lines: networks.NetworksDeleted, bytes: 0 };
  if (volumes) {
    const { VolumesDeleted, SpaceReclaimed } = await pruneVolumes(engine, filters);
    yield { title: 'Deleted Volumes', lines: VolumesDeleted, bytes: SpaceReclaimed };
  }
  const images = await pruneImages(engine, { scope: scopeOf(options), filters });
  yield {
    title: 'Deleted Images',
    lines: images.ImagesDeleted.map(prunedImageLine),
    bytes: images.SpaceReclaimed,
  };
  yield await buildCache(engine, { all: true, filters });
}

async function buildCache(
  engine: EngineClient,
  options: { all: boolean; filters: Filters },
): Promise<Pruned> {
  const title = 'Deleted build cache objects';
  try {
    const { CachesDeleted, SpaceReclaimed } = await pruneBuildCache(engine, options);
    return { title, lines: CachesDeleted, bytes: SpaceReclaimed };
  } catch (error) {
    // An engine that can't build has no build cache.
    const absent = error instanceof HostError && (error.status === 404 || error.status === 501);
    if (!absent) throw error;
    return { title, lines: [], bytes: 0 };
  }
}
