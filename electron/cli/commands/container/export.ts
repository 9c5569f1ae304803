import type { Command } from 'commander';
import { exportContainer } from '../../../host/engine/archives.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { requireDestination, saveTo } from '../../save-to.ts';

export function define(command: Command, context: CliContext): void {
  command
    .argument('<container>')
    .option('-o, --output <file>', 'Write to a file, instead of STDOUT')
    .action(async (container: string, { output }: { output?: string }) => {
      await requireDestination(context, output);
      const engine = await connectEngine(context);
      await saveTo(context, output, await exportContainer(engine, container));
    });
}
