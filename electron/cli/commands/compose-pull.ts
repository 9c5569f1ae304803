import type { Command } from 'commander';
import { withDependencies } from '../../host/compose/dependencies.ts';
import { prepareImages } from '../../host/compose/prepare-images.ts';
import { addProjectOptions, openProject, type ProjectOptions } from '../compose/project-options.ts';
import { runWithProgress } from '../compose/run-with-progress.ts';
import type { CliContext } from '../context.ts';
import { connectEngine } from '../engine.ts';

export function define(command: Command, context: CliContext): void {
  addProjectOptions(command.argument('[services...]')).action(
    async (names: string[], options: ProjectOptions) => {
      const project = await openProject(context, options);
      const engine = await connectEngine(context);
      const { credentials, settings } = await context.host();
      const services = names.length > 0 ? new Set(names) : withDependencies(project.services, []);
      await runWithProgress(context, (report, signal) =>
        prepareImages(
          { engine, credentials, settings },
          project,
          { pull: true, services },
          report,
          signal,
        ),
      );
    },
  );
}
