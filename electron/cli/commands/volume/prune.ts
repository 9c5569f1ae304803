import type { Command } from 'commander';
import type { Filters } from '../../../host/engine/containers.ts';
import { previewPrune } from '../../../host/engine/prune-preview.ts';
import { pruneVolumes } from '../../../host/engine/system.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { collectFilter } from '../../flags/repeated.ts';
import { humanSize } from '../../format/size.ts';
import { confirm } from '../../prompt/confirm.ts';
import { freedLine, goingItems, pruneQuestion } from '../../prompt/prune-question.ts';

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
      const engine = await connectEngine(context);
      const question = async () => {
        const which = all ? 'all volumes' : 'anonymous local volumes';
        const what = `${which} not used by at least one container`;
        const preview = await previewPrune(engine, { volumes: all ? 'all' : 'anonymous' }, filter);
        const items = goingItems(preview).volumes;
        return pruneQuestion(
          [{ what, items }],
          ["Their data can't be recovered.", freedLine(preview)],
        );
      };
      if (!force && !(await confirm(context, await question()))) return;
      const pruned = await pruneVolumes(engine, {
        ...filter,
        ...(all ? { all: ['true'] } : {}),
      });
      if (pruned.VolumesDeleted.length > 0) {
        printLine(context, ['Deleted Volumes:', ...pruned.VolumesDeleted, ''].join('\n'));
      }
      printLine(context, `Total reclaimed space: ${humanSize(pruned.SpaceReclaimed)}`);
    });
}
