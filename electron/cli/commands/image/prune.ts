import type { Command } from 'commander';
import { pruneImages } from '../../../host/engine/images.ts';
import { previewPrune } from '../../../host/engine/prune-preview.ts';
import type { CliContext } from '../../context.ts';
import { prunedImageLine } from '../../format/pruned-image.ts';
import { definePrune } from '../../prompt/define-prune.ts';
import { freedLine, goingItems, pruneQuestion } from '../../prompt/prune-question.ts';

const scopeOf = (all: boolean) => (all ? 'all' : 'dangling');

export function define(command: Command, context: CliContext): void {
  definePrune(command, context, {
    all: 'Remove all unused images, not just dangling ones',
    example: 'until=24h',
    heading: 'Deleted Images',
    async question(engine, { all, filter }) {
      const what = all
        ? 'all images without at least one container associated to them'
        : 'all dangling images';
      const preview = await previewPrune(await engine(), { images: scopeOf(all) }, filter);
      return pruneQuestion([{ what, items: goingItems(preview).images }], [freedLine(preview)]);
    },
    async run(engine, { all, filter }) {
      const pruned = await pruneImages(engine, { scope: scopeOf(all), filters: filter });
      return { lines: pruned.ImagesDeleted.map(prunedImageLine), reclaimed: pruned.SpaceReclaimed };
    },
  });
}
