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
    .option('-f, --follow', 'Follow log output')
    .option(
      '--since <time>',
      'Show logs since timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. 42m)',
      moment,
    )
    .option('-n, --tail <lines>', 'Number of lines to show from the end of the logs', 'all')
    .option('-t, --timestamps', 'Show timestamps')
    .option(
      '--until <time>',
      'Show logs before a timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. 42m)',
      moment,
    )
    .action(async (container: string, options: LogsOptions) => {
      const { body, raw } = await containerLogs(await connectEngine(context), container, options);
      if (raw) await copyRaw(body, context.stdout);
      else await copyFrames(body, context.stdout, context.stderr);
    });
}
