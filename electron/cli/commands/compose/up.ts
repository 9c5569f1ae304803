import type { Command } from 'commander';
import { up } from '../../../host/compose/apply/up.ts';
import { addCreationFlags, type CreationOptions, creation } from '../../compose/creation-flags.ts';
import { addProjectFlags, type ProjectOptions } from '../../compose/project-flags.ts';
import { openProject } from '../../compose/project-options.ts';
import { runWithProgress } from '../../compose/run-with-progress.ts';
import { showLogs } from '../../compose/show-logs.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';

interface UpOptions extends ProjectOptions, CreationOptions {
  /** False with `--no-deps`. */
  readonly deps: boolean;
  readonly detach?: boolean;
  /** False with `--no-start`. */
  readonly start: boolean;
}

export function define(command: Command, context: CliContext): void {
  addCreationFlags(addProjectFlags(command.argument('[services...]')))
    .option('-d, --detach', 'Detached mode: Run containers in the background')
    .option('--no-deps', "Don't start linked services")
    .option('--no-start', "Don't start the services after creating them")
    .action(async (services: string[], options: UpOptions) => {
      const project = await openProject(context, options);
      const engine = await connectEngine(context);
      const { credentials, settings } = await context.host();
      const { deps, detach, start } = options;
      const how = { ...creation(options), services, noDeps: !deps, noStart: !start };
      await runWithProgress(context, (report, signal) =>
        up(
          { engine, credentials, settings },
          project,
          { ...how, env: context.env },
          report,
          signal,
        ),
      );
      if (detach || !start) return;
      await showLogs(context, engine, project.name, { services, follow: true });
    });
}
