import type { Command } from 'commander';
import { pruneNetworks } from '../../../host/engine/networks.ts';
import { previewPrune } from '../../../host/engine/prune-preview.ts';
import type { CliContext } from '../../context.ts';
import { definePrune } from '../../prompt/define-prune.ts';
import { goingItems, pruneQuestion } from '../../prompt/prune-question.ts';

export function define(command: Command, context: CliContext): void {
  definePrune(command, context, {
    example: 'until=24h',
    heading: 'Deleted Networks',
    async question(engine, { filter }) {
      const preview = await previewPrune(await engine(), { networks: true }, filter);
      const what = 'all custom networks not used by at least one container';
      return pruneQuestion([{ what, items: goingItems(preview).networks }]);
    },
    async run(engine, { filter }) {
      const { NetworksDeleted } = await pruneNetworks(engine, filter);
      return { lines: NetworksDeleted };
    },
  });
}
