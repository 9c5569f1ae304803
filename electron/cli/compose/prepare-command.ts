import type { Command } from 'commander';
import { prepareImages } from '../../host/compose/apply/prepare-images.ts';
import { selectedServices } from '../../host/compose/file/dependencies.ts';
import type { CliContext } from '../context.ts';
import { openComposeHost } from './compose-host.ts';
import { addProjectFlags, type ProjectOptions } from './project-flags.ts';
import { openProject } from './project-options.ts';
import { runWithProgress } from './run-with-progress.ts';

/** A command that builds or pulls the images of services and starts nothing. */
export function definePreparation(
  command: Command,
  context: CliContext,
  how: { readonly build: true } | { readonly pull: true },
): void {
  addProjectFlags(command.argument('[services...]')).action(
    async (names: string[], options: ProjectOptions) => {
      const project = await openProject(context, options, names);
      const host = await openComposeHost(context);
      const services = selectedServices(project.services, names, { noDeps: true });
      await runWithProgress(context, (report, signal) =>
        prepareImages(host, project, { ...how, services }, report, signal),
      );
    },
  );
}
