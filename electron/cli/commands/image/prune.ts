import type { Command } from 'commander';
import type { Filters } from '../../../host/engine/containers.ts';
import { pruneImages } from '../../../host/engine/images.ts';
import { previewPrune } from '../../../host/engine/prune-preview.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { collectFilter } from '../../flags/repeated.ts';
import { prunedImageLine } from '../../format/pruned-image.ts';
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
    .option('-a, --all', 'Remove every image that no container uses, not only untagged ones')
    .option('--filter <name=value>', 'Remove only some, as in until=24h', collectFilter)
    .option('-f, --force', 'Do not ask')
    .action(async ({ all = false, filter = {}, force }: PruneOptions) => {
      const engine = await connectEngine(context);
      const scope = all ? 'all' : 'dangling';
      const question = async () => {
        const what = all
          ? 'all images without at least one container associated to them'
          : 'all dangling images';
        const preview = await previewPrune(engine, { images: scope }, filter);
        return pruneQuestion([{ what, items: goingItems(preview).images }], [freedLine(preview)]);
      };
      if (!force && !(await confirm(context, await question()))) return;
      const pruned = await pruneImages(engine, { scope, filters: filter });
      if (pruned.ImagesDeleted.length > 0) {
        const lines = pruned.ImagesDeleted.map(prunedImageLine);
        printLine(context, ['Deleted Images:', ...lines, ''].join('\n'));
      }
      printLine(context, `Total reclaimed space: ${humanSize(pruned.SpaceReclaimed)}`);
    });
}
