import type { Command } from 'commander';
import { addProjectFlags, indexFlag, type ProjectOptions } from '../../compose/project-flags.ts';
import { nameProject } from '../../compose/project-options.ts';
import { showLogs, untilInterrupted } from '../../compose/show-logs.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { parseTail } from '../../flags/tail.ts';
import { parseInstant } from '../../flags/time.ts';

interface LogsOptions extends ProjectOptions {
  /** False with `--no-color`. */
  readonly color: boolean;
  readonly follow?: boolean;
  readonly index?: number;
  /** False with `--no-log-prefix`. */
  readonly logPrefix: boolean;
  readonly since?: string;
  readonly tail: number | undefined;
  readonly until?: string;
  readonly timestamps?: boolean;
}

export function define(command: Command, context: CliContext): void {
  addProjectFlags(command.argument('[services...]'))
    .option('-f, --follow', 'Follow log output')
    .addOption(indexFlag())
    .option('--no-color', 'Produce monochrome output')
    .option('--no-log-prefix', "Don't print prefix in logs")
    .option(
      '-n, --tail <lines>',
      'Number of lines to show from the end of the logs for each container',
      parseTail,
    )
    .option(
      '--since <time>',
      'Show logs since timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. 42m)',
      parseInstant,
    )
    .option('-t, --timestamps', 'Show timestamps')
    .option(
      '--until <time>',
      'Show logs before a timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. 42m)',
      parseInstant,
    )
    .action(async (services: string[], options: LogsOptions) => {
      const { color, follow = false, tail, timestamps = false, logPrefix } = options;
      const { name, known } = await nameProject(context, options);
      const { since, until, index } = options;
      const range = { follow, tail, since, until, index };
      const shown = { services, known, ...range, timestamps, bare: !logPrefix, color };
      const engine = await connectEngine(context);
      await untilInterrupted(context, (signal) => showLogs(context, engine, name, shown, signal));
    });
}
