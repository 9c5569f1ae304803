import type { Command } from 'commander';
import { addProjectFlags, type ProjectOptions } from '../../compose/project-flags.ts';
import { nameProject } from '../../compose/project-options.ts';
import { showLogs, untilInterrupted } from '../../compose/show-logs.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { parseTail } from '../../flags/tail.ts';

interface LogsOptions extends ProjectOptions {
  /** False with `--no-color`. */
  readonly color: boolean;
  readonly follow?: boolean;
  /** False with `--no-log-prefix`. */
  readonly logPrefix: boolean;
  readonly tail: number | undefined;
  readonly timestamps?: boolean;
}

export function define(command: Command, context: CliContext): void {
  addProjectFlags(command.argument('[services...]'))
    .option('-f, --follow', 'Follow log output')
    .option('--no-color', 'Produce monochrome output')
    .option('--no-log-prefix', "Don't print prefix in logs")
    .option(
      '-n, --tail <lines>',
      'Number of lines to show from the end of the logs for each container',
      parseTail,
    )
    .option('-t, --timestamps', 'Show timestamps')
    .action(async (services: string[], options: LogsOptions) => {
      const { color, follow = false, tail, timestamps = false, logPrefix } = options;
      const { name, known } = await nameProject(context, options);
      const shown = { services, known, follow, tail, timestamps, bare: !logPrefix, color };
      const engine = await connectEngine(context);
      await untilInterrupted(context, (signal) => showLogs(context, engine, name, shown, signal));
    });
}
