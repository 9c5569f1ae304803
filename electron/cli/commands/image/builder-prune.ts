import type { Command } from 'commander';
import { pruneBuildCache } from '../../../host/engine/system.ts';
import type { CliContext } from '../../context.ts';
import { definePrune } from '../../prompt/define-prune.ts';

export function define(command: Command, context: CliContext): void {
  definePrune(command, context, {
    all: 'Remove all unused build cache, not just dangling ones',
    example: 'until=24h',
    heading: 'Deleted build cache objects',
    question: async (_, { all }) => `This will remove all ${all ? '' : 'dangling '}build cache.`,
    async run(engine, { all, filter }) {
      const { CachesDeleted, SpaceReclaimed } = await pruneBuildCache(engine, {
        ...{ all, filters: filter },
      });
      return { lines: CachesDeleted, reclaimed: SpaceReclaimed };
    },
  });
}
