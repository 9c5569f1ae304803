import type { Command } from 'commander';
import type { Filters } from '../../../host/engine/containers.ts';
import { pruneBuildCache } from '../../../host/engine/system.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { collectFilter } from '../../flags/repeated.ts';
import { humanSize } from '../../format/size.ts';
import { confirm } from '../../prompt/confirm.ts';

interface PruneOptions {
  readonly all?: boolean;
  readonly filter?: Filters;
  readonly force?: boolean;
}

export function define(command: Command, context: CliContext): void {
  command
    .option('-a, --all', 'Remove all of the cache, not only what is dangling')
    .option('--filter <name=value>', 'Remove only some, as in until=24h', collectFilter)
    .option('-f, --force', 'Do not ask')
    .action(async ({ all = false, filter = {}, force }: PruneOptions) => {
      const warning = `This will remove all ${all ? '' : 'dangling '}build cache.`;
      if (!force && !(await confirm(context, warning))) return;
      const engine = await connectEngine(context);
      const pruned = await pruneBuildCache(engine, { all, filters: filter });
      if (pruned.CachesDeleted.length > 0) {
        const lines = ['Deleted build cache objects:', ...pruned.CachesDeleted, ''];
        printLine(context, lines.join('\n'));
      }
      printLine(context, `Total reclaimed space: ${humanSize(pruned.SpaceReclaimed)}`);
    });
}
