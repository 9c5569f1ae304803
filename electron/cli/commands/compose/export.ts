import type { Command } from 'commander';
import { serviceContainer } from '../../../host/compose/apply/service-container.ts';
import { exportContainer } from '../../../host/engine/archives.ts';
import { addProjectFlags, indexFlag, type ProjectOptions } from '../../compose/project-flags.ts';
import { nameProject } from '../../compose/project-options.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { requireDestination, saveTo } from '../../save-to.ts';

interface ExportOptions extends ProjectOptions {
  readonly index?: number;
  readonly output?: string;
}

export function define(command: Command, context: CliContext): void {
  addProjectFlags(command.argument('<service>'))
    .addOption(indexFlag())
    .option('-o, --output <file>', 'Write to a file, instead of STDOUT')
    .action(async (service: string, { index, output, ...options }: ExportOptions) => {
      await requireDestination(context, output);
      const { name, known } = await nameProject(context, options);
      const engine = await connectEngine(context);
      const { id } = await serviceContainer(engine, name, service, { known, index });
      await saveTo(context, output, await exportContainer(engine, id));
    });
}
