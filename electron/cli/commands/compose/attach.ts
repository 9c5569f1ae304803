import type { Command } from 'commander';
import { serviceContainer } from '../../../host/compose/apply/service-container.ts';
import { addProjectFlags, indexFlag, type ProjectOptions } from '../../compose/project-flags.ts';
import { nameProject } from '../../compose/project-options.ts';
import { type AttachOptions, addAttachFlags, attach } from '../../container/attach.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';

type Options = ProjectOptions & AttachOptions & { readonly index?: number };

export function define(command: Command, context: CliContext): void {
  addAttachFlags(addProjectFlags(command.argument('<service>')))
    .addOption(indexFlag())
    .action(async (service: string, options: Options) => {
      const { name, known } = await nameProject(context, options);
      const engine = await connectEngine(context);
      const { index } = options;
      const { id } = await serviceContainer(engine, name, service, { known, index });
      await attach(context, engine, id, options);
    });
}
