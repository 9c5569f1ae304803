import type { Command } from 'commander';
import type { Filters } from '../../../host/engine/containers.ts';
import { pruneNetworks } from '../../../host/engine/networks.ts';
import { previewPrune } from '../../../host/engine/prune-preview.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { collectFilter } from '../../flags/repeated.ts';
import { confirm } from '../../prompt/confirm.ts';
import { goingItems, pruneQuestion } from '../../prompt/prune-question.ts';

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
        const preview = await previewPrune(engine, { networks: true }, filter);
        const what = 'all custom networks not used by at least one container';
        return pruneQuestion([{ what, items: goingItems(preview).networks }]);
      };
      if (!force && !(await confirm(context, await question()))) return;
      const { NetworksDeleted } = await pruneNetworks(engine, filter);
      if (NetworksDeleted.length > 0) {
        printLine(context, ['Deleted Networks:', ...NetworksDeleted, ''].join('\n'));
      }
    });
}
