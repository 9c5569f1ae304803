import type { Command } from 'commander';
import type { Filters } from '../../host/engine/containers.ts';
import { pruneImages } from '../../host/engine/images.ts';
import { confirm } from '../confirm.ts';
import { type CliContext, printLine } from '../context.ts';
import { connectEngine } from '../engine.ts';
import { collectFilter } from '../flags/repeated.ts';
import { prunedImageLine } from '../format/pruned-image.ts';
import { humanSize } from '../format/size.ts';

interface PruneOptions {
  readonly all?: boolean;
  readonly filter?: Filters;
  readonly force?: boolean;
}

export function define(command: Command, context: CliContext): void {
  command
    .option('-a, --all', 'Remove every image that no container uses, not only untagged ones')
    .option('--filter <name=value>', 'Remove only some, as in until=24h', collectFilter)
    .option('-f, --force', 'Do not ask')
    .action(async ({ all = false, filter = {}, force }: PruneOptions) => {
      const what = all
        ? 'all images without at least one container associated to them.'
        : 'all dangling images.';
      if (!force && !(await confirm(context, `This will remove ${what}`))) return;
      const engine = await connectEngine(context);
      const pruned = await pruneImages(engine, { all, filters: filter });
      if (pruned.ImagesDeleted.length > 0) {
        const lines = pruned.ImagesDeleted.map(prunedImageLine);
        printLine(context, ['Deleted Images:', ...lines, ''].join('\n'));
      }
      printLine(context, `Total reclaimed space: ${humanSize(pruned.SpaceReclaimed)}`);
    });
}
