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
  readonly rmi?: 'all' | 'local';
  readonly timeout?: number;
  readonly volumes?: boolean;
}

export function define(command: Command, context: CliContext): void {
  addProjectFlags(command.argument('[services...]'))
    .option('--remove-orphans', 'Remove containers for services not defined in the Compose file')
    .addOption(
      new Option(
        '--rmi <which>',
        'Remove images used by services: all, or only those that the project has built',
      ).choices(['all', 'local']),
    )
    .option('-t, --timeout <seconds>', 'Specify a shutdown timeout in seconds', parseInteger)
    .option('-v, --volumes', 'Remove volumes too. Their data is lost.')
    .action(async (services: string[], options: DownOptions) => {
      const { name, project } = await nameProject(context, options, services);
      const engine = await connectEngine(context);
      const { volumes = false, removeOrphans: orphans = false, rmi, timeout } = options;
      const how = {
        ...{ services, volumes, orphans },
        ...(project && { project }),
        ...(rmi !== undefined && { images: rmi }),
        ...(timeout !== undefined && { timeout }),
      };
      await runWithProgress(context, (report, signal) => down(engine, name, how, report, signal));
    });
}
