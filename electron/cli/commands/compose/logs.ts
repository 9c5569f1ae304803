import type { Command } from 'commander';
import {
  addProjectOptions,
  nameProject,
  type ProjectOptions,
} from '../../compose/project-options.ts';
import { showLogs } from '../../compose/show-logs.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { parseTail } from '../../flags/tail.ts';

interface LogsOptions extends ProjectOptions {
  readonly follow?: boolean;
  /** False with `--no-log-prefix`. */
  readonly logPrefix: boolean;
  readonly tail: number | undefined;
  readonly timestamps?: boolean;
}

export function define(command: Command, context: CliContext): void {
  addProjectOptions(command.argument('[services...]'))
    .option('-f, --follow', 'Go on with new output until Ctrl-C')
    .option('--no-log-prefix', 'Do not say which container a line is of')
    .option('-n, --tail <lines>', 'Number of lines from the end of each log', parseTail)
    .option('-t, --timestamps', 'Show when each line came')
    .action(async (services: string[], options: LogsOptions) => {
      const { follow = false, tail, timestamps = false, logPrefix } = options;
      const { name, known } = await nameProject(context, options);
      const shown = { services, known, follow, tail, timestamps, bare: !logPrefix };
      await showLogs(context, await connectEngine(context), name, shown);
    });
}
