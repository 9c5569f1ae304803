import { type Command, Option } from 'commander';
import { down } from '../../../host/compose/apply/down.ts';
import { addProjectFlags, type ProjectOptions } from '../../compose/project-flags.ts';
import { nameProject } from '../../compose/project-options.ts';
import { runWithProgress } from '../../compose/run-with-progress.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { parseInteger } from '../../flags/numbers.ts';

interface DownOptions extends ProjectOptions {
  readonly removeOrphans?: boolean;
  readonly rmi?: 'all';
  readonly timeout?: number;
  readonly volumes?: boolean;
}

export function define(command: Command, context: CliContext): void {
  addProjectFlags(command)
    .option('--remove-orphans', 'Remove containers for services not defined in the Compose file')
    .addOption(new Option('--rmi <which>', 'Remove images used by services').choices(['all']))
    .option('-t, --timeout <seconds>', 'Specify a shutdown timeout in seconds', parseInteger)
    .option('-v, --volumes', 'Remove volumes too. Their data is lost.')
    .action(async (options: DownOptions) => {
      // A name without a file: removes everything that belongs to the project.
      const { name, project } = await nameProject(context, options);
      const engine = await connectEngine(context);
      await runWithProgress(context, (report, signal) =>
        down(
          engine,
          name,
          {
            volumes: options.volumes ?? false,
            images: options.rmi === 'all',
            ...(project && { hooks: project.services }),
            ...(options.timeout !== undefined && { timeout: options.timeout }),
            ...(project &&
              !options.removeOrphans && {
                services: new Set([...Object.keys(project.services), ...project.inactive]),
              }),
          },
          report,
          signal,
        ),
      );
    });
}
