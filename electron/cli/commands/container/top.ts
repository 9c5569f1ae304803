import type { Command } from 'commander';
import { topContainer } from '../../../host/engine/containers.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { renderTable } from '../../table.ts';

const MINIMUM_COLUMN_WIDTH = 20;

export function define(command: Command, context: CliContext): void {
  command
    .argument('<container>')
    .argument('[ps-options...]')
    .passThroughOptions()
    .action(async (container: string, psOptions: string[]) => {
      const engine = await connectEngine(context);
      const { Titles, Processes } = await topContainer(
        engine,
        container,
        psOptions.length > 0 ? psOptions.join(' ') : undefined,
      );
      context.stdout.write(renderTable([Titles, ...Processes], MINIMUM_COLUMN_WIDTH));
    });
}
