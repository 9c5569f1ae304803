import type { Command } from 'commander';
import { commitContainer } from '../../../host/engine/image-archives.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { collect } from '../../flags/repeated.ts';

interface CommitOptions {
  readonly author?: string;
  readonly change?: readonly string[];
  readonly message?: string;
  readonly pause: boolean;
}

export function define(command: Command, context: CliContext): void {
  command
    .argument('<container>')
    .argument('[repository[:tag]]')
    .option('-a, --author <author>', 'Author of the image, e.g. "Jo Doe <jo@example.com>"')
    .option(
      '-c, --change <instruction>',
      'Apply Dockerfile instruction to the created image',
      collect,
    )
    .option('-m, --message <text>', 'Commit message')
    .option('-p, --pause', 'Pause container during commit', true)
    .option('--no-pause', 'Do not pause container during commit')
    .action(async (container: string, name: string | undefined, options: CommitOptions) => {
      const { author, change, message, pause } = options;
      const id = await commitContainer(await connectEngine(context), container, name, {
        ...(author === undefined ? {} : { author }),
        ...(message === undefined ? {} : { comment: message }),
        ...(change === undefined ? {} : { changes: change }),
        pause,
      });
      printLine(context, id);
    });
}
