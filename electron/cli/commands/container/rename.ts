import type { Command } from 'commander';
import { renameContainer } from '../../../host/engine/containers.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';

export function define(command: Command, context: CliContext): void {
  command
    .argument('<container>')
    .argument('<new-name>')
    .action(async (container: string, name: string) => {
      await renameContainer(await connectEngine(context), container, name);
    });
}
