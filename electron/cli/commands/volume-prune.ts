import type { Command } from 'commander';
import type { Filters } from '../../host/engine/containers.ts';
import { pruneVolumes } from '../../host/engine/system.ts';
import { confirm } from '../confirm.ts';
import { type CliContext, printLine } from '../context.ts';
import { connectEngine } from '../engine.ts';
import { collectFilter } from '../flags/repeated.ts';
import { humanSize } from '../format/size.ts';

interface PruneOptions {
  readonly all?: boolean;
  readonly filter?: Filters;
  readonly force?: boolean;
}

export function define(command: Command, context: CliContext): void {
  command
    .option('-a, --all', 'Remove those that have a name as well')
    .option('--filter <name=value>', 'Remove only some, as in label=old', collectFilter)
    .option('-f, --force', 'Do not ask')
    .action(async ({ all, filter = {}, force }: PruneOptions) => {
      const which = all ? 'all volumes' : 'anonymous local volumes';
      const warning = `This will remove ${which} not used by at least one container.`;
      if (!force && !(await confirm(context, warning))) return;
      const pruned = await pruneVolumes(await connectEngine(context), {
        ...filter,
        ...(all ? { all: ['true'] } : {}),
      });
      if (pruned.VolumesDeleted.length > 0) {
        printLine(context, ['Deleted Volumes:', ...pruned.VolumesDeleted, ''].join('\n'));
      }
      printLine(context, `Total reclaimed space: ${humanSize(pruned.SpaceReclaimed)}`);
    });
}
