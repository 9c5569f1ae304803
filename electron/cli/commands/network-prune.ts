import type { Command } from 'commander';
import type { Filters } from '../../host/engine/containers.ts';
import { pruneNetworks } from '../../host/engine/networks.ts';
import { confirm } from '../confirm.ts';
import { type CliContext, printLine } from '../context.ts';
import { connectEngine } from '../engine.ts';
import { collectFilter } from '../flags/repeated.ts';

interface PruneOptions {
  readonly filter?: Filters;
  readonly force?: boolean;
}

export function define(command: Command, context: CliContext): void {
  command
    .option('--filter <name=value>', 'Remove only some, as in until=24h', collectFilter)
    .option('-f, --force', 'Do not ask')
    .action(async ({ filter, force }: PruneOptions) => {
      const warning = 'This will remove all custom networks not used by at least one container.';
      if (!force && !(await confirm(context, warning))) return;
      const { NetworksDeleted } = await pruneNetworks(await connectEngine(context), filter);
      if (NetworksDeleted.length > 0) {
        printLine(context, ['Deleted Networks:', ...NetworksDeleted, ''].join('\n'));
      }
    });
}
