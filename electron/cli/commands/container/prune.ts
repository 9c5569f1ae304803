import type { Command } from 'commander';
import { type Filters, pruneContainers } from '../../../host/engine/containers.ts';
import { previewPrune } from '../../../host/engine/prune-preview.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { collectFilter } from '../../flags/repeated.ts';
import { humanSize } from '../../format/size.ts';
import { confirm } from '../../prompt/confirm.ts';
import { freedLine, goingItems, pruneQuestion } from '../../prompt/prune-question.ts';

interface PruneOptions {
  readonly filter?: Filters;
  readonly force?: boolean;
}

export function define(command: Command, context: CliContext): void {
  command
    .option('--filter <name=value>', 'Remove only some, as in until=24h', collectFilter)
    .option('-f, --force', 'Do not ask')
    .action(async ({ filter, force }: PruneOptions) => {
      const engine = await connectEngine(context);
      const question = async () => {
        const preview = await previewPrune(engine, { containers: true }, filter);
        const items = goingItems(preview).containers;
        return pruneQuestion([{ what: 'all stopped containers', items }], [freedLine(preview)]);
      };
      if (!force && !(await confirm(context, await question()))) return;
      const pruned = await pruneContainers(engine, filter);
      if (pruned.ContainersDeleted.length > 0) {
        printLine(context, ['Deleted Containers:', ...pruned.ContainersDeleted, ''].join('\n'));
      }
      printLine(context, `Total reclaimed space: ${humanSize(pruned.SpaceReclaimed)}`);
    });
}
