import type { Command } from 'commander';
import { serviceContainer } from '../../../host/compose/apply/service-container.ts';
import { addProjectFlags, indexFlag, type ProjectOptions } from '../../compose/project-flags.ts';
import { nameProject } from '../../compose/project-options.ts';
import { addCommitFlags, type CommitFlags, commit } from '../../container/commit.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';

interface CommitOptions extends ProjectOptions, CommitFlags {
  readonly index?: number;
}

export function define(command: Command, context: CliContext): void {
  const own = command.argument('<service>').argument('[repository[:tag]]');
  addCommitFlags(addProjectFlags(own, { ownPort: true }))
    .addOption(indexFlag())
    .action(async (service: string, image: string | undefined, options: CommitOptions) => {
      const { name, known } = await nameProject(context, options);
      const engine = await connectEngine(context);
      const { index } = options;
      const { id } = await serviceContainer(engine, name, service, { known, index });
      await commit(context, engine, id, image, options);
    });
}
