import type { Command } from 'commander';
import { copyFrames, copyRaw } from '../../../host/engine/connection/stream-frames.ts';
import { containerLogs } from '../../../host/engine/logs.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { parseMoment } from '../../flags/time.ts';

interface LogsOptions {
  readonly follow?: boolean;
  readonly since?: string;
  readonly tail: string;
  readonly timestamps?: boolean;
  readonly until?: string;
}

export function define(command: Command, context: CliContext): void {
  const moment = (text: string) => parseMoment(text);
  command
    .argument('<container>')
    .option('-f, --follow', 'Go on with new output until the container ends')
    .option('--since <time>', 'Show what came after a time, or in the last 42m', moment)
    .option('-n, --tail <lines>', 'Number of lines from the end', 'all')
    .option('-t, --timestamps', 'Show when each line came')
    .option('--until <time>', 'Show what came before a time, or until 42m ago', moment)
    .action(async (container: string, options: LogsOptions) => {
      const { body, raw } = await containerLogs(await connectEngine(context), container, options);
      if (raw) await copyRaw(body, context.stdout);
      else await copyFrames(body, context.stdout, context.stderr);
    });
}
