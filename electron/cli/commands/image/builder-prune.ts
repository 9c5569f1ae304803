import type { Command } from 'commander';
import { pruneBuildCache } from '../../../host/engine/system.ts';
import type { CliContext } from '../../context.ts';
import { bytes } from '../../flags/argument.ts';
import { definePrune } from '../../prompt/define-prune.ts';

/** Bytes. */
interface SpaceFlags {
  readonly maxUsedSpace?: number;
  readonly minFreeSpace?: number;
  readonly reservedSpace?: number;
}

export function define(command: Command, context: CliContext): void {
  command
    .option('--max-used-space <size>', 'Maximum amount of disk space for the cache', bytes)
    .option('--min-free-space <size>', 'Target amount of free disk space', bytes)
    .option('--reserved-space <size>', 'Amount of disk space to keep for the cache', bytes);
  definePrune(command, context, {
    all: 'Remove all unused build cache, not just dangling ones',
    example: 'until=24h',
    heading: 'Deleted build cache objects',
    question: async (_, { all }) => `This will remove all ${all ? '' : 'dangling '}build cache.`,
    async run(engine, { all, filter }) {
      const { maxUsedSpace, minFreeSpace, reservedSpace } = command.opts<SpaceFlags>();
      const { CachesDeleted, SpaceReclaimed } = await pruneBuildCache(engine, {
        ...{ all, filters: filter },
        'max-used-space': maxUsedSpace,
        'min-free-space': minFreeSpace,
        'reserved-space': reservedSpace,
      });
      return { lines: CachesDeleted, reclaimed: SpaceReclaimed };
    },
  });
}
