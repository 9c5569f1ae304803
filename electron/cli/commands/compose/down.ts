import { type Command, Option } from 'commander';
import { down } from '../../../host/compose/apply/down.ts';
import {
  addProjectOptions,
  openProject,
  type ProjectOptions,
} from '../../compose/project-options.ts';
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
  addProjectOptions(command)
    .option('--remove-orphans', 'Remove containers of services that the file no longer has')
    .addOption(new Option('--rmi <which>', 'Remove the images too').choices(['all']))
    .option('-t, --timeout <seconds>', 'Time until a container is killed', parseInteger)
    .option('-v, --volumes', 'Remove the volumes too: their data is lost')
    .action(async (options: DownOptions) => {
      // With a name alone, whatever is the project's goes.
      const project =
        options.projectName !== undefined && !options.file
          ? undefined
          : await openProject(context, options);
      const name = project?.name ?? options.projectName ?? '';
      const engine = await connectEngine(context);
      await runWithProgress(context, (report, signal) =>
        down(
          engine,
          name,
          {
            volumes: options.volumes ?? false,
            images: options.rmi === 'all',
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
