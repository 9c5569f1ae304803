import type { Command } from 'commander';
import { ofProject, type Verb } from '../../host/compose/apply/lifecycle.ts';
import type { CliContext } from '../context.ts';
import { connectEngine } from '../engine.ts';
import { addProjectFlags, type ProjectOptions } from './project-flags.ts';
import { nameProject } from './project-options.ts';
import { runWithProgress } from './run-with-progress.ts';

/** A command that does something with the containers of services. */
export function defineLifecycle(command: Command, context: CliContext, verb: Verb): void {
  addProjectFlags(command.argument('[services...]')).action(
    async (services: string[], options: ProjectOptions) => {
      const { name, known, project } = await nameProject(context, options, services);
      const engine = await connectEngine(context);
      await runWithProgress(context, (report, signal) =>
        verb(
          engine,
          name,
          { services, known, ...(project && ofProject(engine, project, context.env)) },
          report,
          signal,
        ),
      );
    },
  );
}
