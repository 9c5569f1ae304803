import type { Command } from 'commander';
import type { restart, stop } from '../../host/compose/apply/lifecycle.ts';
import { withRestarted } from '../../host/compose/file/dependencies.ts';
import type { CliContext } from '../context.ts';
import { connectEngine } from '../engine.ts';
import { parseInteger } from '../flags/numbers.ts';
import { addProjectFlags, type ProjectOptions } from './project-flags.ts';
import { nameProject } from './project-options.ts';
import { runWithProgress } from './run-with-progress.ts';

interface EndingOptions extends ProjectOptions {
  /** False with `--no-deps`, which only restarts have. */
  readonly deps?: boolean;
  readonly timeout?: number;
}

/** A command that stops or restarts services, with a timeout. */
export function defineEnding(
  command: Command,
  context: CliContext,
  end: typeof stop | typeof restart,
  addFlags: (command: Command) => Command = (own) => own,
): void {
  addFlags(addProjectFlags(command.argument('[services...]')))
    .option('-t, --timeout <seconds>', 'Specify a shutdown timeout in seconds', parseInteger)
    .action(async (services: string[], options: EndingOptions) => {
      const { name, known, project } = await nameProject(context, options, services);
      const engine = await connectEngine(context);
      const { timeout } = options;
      const how = {
        services: options.deps && project ? withRestarted(project.services, services) : services,
        ...{ known, ...(timeout !== undefined && { timeout }) },
        ...(project && { hooks: project.services, project }),
      };
      await runWithProgress(context, (report, signal) => end(engine, name, how, report, signal));
    });
}
