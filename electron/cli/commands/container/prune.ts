import type { Command } from 'commander';
import { pruneContainers } from '../../../host/engine/containers.ts';
import { previewPrune } from '../../../host/engine/prune-preview.ts';
import type { CliContext } from '../../context.ts';
import { definePrune } from '../../prompt/define-prune.ts';
import { freedLine, goingItems, pruneQuestion } from '../../prompt/prune-question.ts';

export function define(command: Command, context: CliContext): void {
  definePrune(command, context, {
    example: 'until=24h',
    heading: 'Deleted Containers',
    async question(engine, { filter }) {
      const preview = await previewPrune(await engine(), { containers: true }, filter);
      const items = goingItems(preview).containers;
      return pruneQuestion([{ what: 'all stopped containers', items }], [freedLine(preview)]);
    },
    async run(engine, { filter }) {
      const { ContainersDeleted, SpaceReclaimed } = await pruneContainers(engine, filter);
      return { lines: ContainersDeleted, reclaimed: SpaceReclaimed };
    },
  });
}
