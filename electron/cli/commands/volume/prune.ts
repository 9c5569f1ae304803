import type { Command } from 'commander';
import { previewPrune } from '../../../host/engine/prune-preview.ts';
import { pruneVolumes } from '../../../host/engine/system.ts';
import type { CliContext } from '../../context.ts';
import { definePrune } from '../../prompt/define-prune.ts';
import { freedLine, goingItems, pruneQuestion } from '../../prompt/prune-question.ts';

export function define(command: Command, context: CliContext): void {
  definePrune(command, context, {
    all: 'Remove all unused volumes, not just anonymous ones',
    example: 'label=old',
    heading: 'Deleted Volumes',
    async question(engine, { all, filter }) {
      const which = all ? 'all volumes' : 'anonymous local volumes';
      const what = `${which} not used by at least one container`;
      const scope = { volumes: all ? 'all' : 'anonymous' } as const;
      const preview = await previewPrune(await engine(), scope, filter);
      const items = goingItems(preview).volumes;
      return pruneQuestion(
        [{ what, items }],
        ["Their data can't be recovered.", freedLine(preview)],
      );
    },
    async run(engine, { all, filter }) {
      const filters = { ...filter, ...(all ? { all: ['true'] } : {}) };
      const { VolumesDeleted, SpaceReclaimed } = await pruneVolumes(engine, filters);
      return { lines: VolumesDeleted, reclaimed: SpaceReclaimed };
    },
  });
}
