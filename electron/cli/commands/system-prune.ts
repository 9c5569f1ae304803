import type { Command } from 'commander';
import type { EngineClient } from '../../host/engine/client.ts';
import { type Filters, pruneContainers } from '../../host/engine/containers.ts';
import { pruneImages } from '../../host/engine/images.ts';
import { pruneNetworks } from '../../host/engine/networks.ts';
import { pruneBuildCache, pruneVolumes } from '../../host/engine/system.ts';
import { HostError } from '../../host/errors.ts';
import { confirm } from '../confirm.ts';
import { type CliContext, printLine } from '../context.ts';
import { connectEngine } from '../engine.ts';
import { collectFilter } from '../flags/repeated.ts';
import { prunedImageLine } from '../format/pruned-image.ts';
import { humanSize } from '../format/size.ts';

interface PruneOptions {
  readonly filter?: Filters;
  readonly force?: boolean;
  readonly volumes?: boolean;
}

/** What one kind of object gave back. */
interface Pruned {
  readonly title: string;
  readonly lines: readonly string[];
  readonly bytes: number;
}

export function define(command: Command, context: CliContext): void {
  command
    .option('-a, --all', "Docker's flag for what Berth does anyway: remove all unused images")
    .option('--filter <name=value>', 'Remove only some, as in until=24h', collectFilter)
    .option('-f, --force', 'Do not ask')
    .option('--volumes', 'Remove anonymous volumes that no container uses')
    .action(async (options: PruneOptions) => {
      if (!options.force && !(await confirm(context, warning(options)))) return;
      const engine = await connectEngine(context);
      let bytes = 0;
      for await (const pruned of pruneAll(engine, options)) {
        bytes += pruned.bytes;
        if (pruned.lines.length === 0) continue;
        printLine(context, [`${pruned.title}:`, ...pruned.lines, ''].join('\n'));
      }
      printLine(context, `Total reclaimed space: ${humanSize(bytes)}`);
    });
}

function warning({ volumes }: PruneOptions): string {
  const lines = [
    'This will remove:',
    '  - all stopped containers',
    '  - all networks not used by at least one container',
    ...(volumes ? ['  - all anonymous volumes not used by at least one container'] : []),
    '  - all images without at least one container associated to them',
    '  - all build cache',
    '',
  ];
  return lines.join('\n');
}

async function* pruneAll(
  engine: EngineClient,
  { filter: filters = {}, volumes }: PruneOptions,
): AsyncGenerator<Pruned> {
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
  const images = await pruneImages(engine, { all: true, filters });
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
    // An engine that does not build has no such cache.
    const absent = error instanceof HostError && (error.status === 404 || error.status === 501);
    if (!absent) throw error;
    return { title, lines: [], bytes: 0 };
  }
}
