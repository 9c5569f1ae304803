import type { Command } from 'commander';
import { type Filters, pruneContainers } from '../../host/engine/containers.ts';
import { confirm } from '../confirm.ts';
import { type CliContext, printLine } from '../context.ts';
import { connectEngine } from '../engine.ts';
import { collectFilter } from '../flags/repeated.ts';
import { humanSize } from '../format/size.ts';

interface PruneOptions {
  readonly filter?: Filters;
  readonly force?: boolean;
}

export function define(command: Command, context: CliContext): void {
  command
    .option('--filter <name=value>', 'Remove only some, as in until=24h', collectFilter)
    .option('-f, --force', 'Do not ask')
    .action(async ({ filter, force }: PruneOptions) => {
      const warning = 'This will remove all stopped containers.';
      if (!force && !(await confirm(context, warning))) return;
      const pruned = await pruneContainers(await connectEngine(context), filter);
      if (pruned.ContainersDeleted.length > 0) {
        printLine(context, ['Deleted Containers:', ...pruned.ContainersDeleted, ''].join('\n'));
      }
      printLine(context, `Total reclaimed space: ${humanSize(pruned.SpaceReclaimed)}`);
    });
}
