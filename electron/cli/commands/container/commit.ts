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
    .option('-a, --author <author>', 'Who made it')
    .option('-c, --change <instruction>', 'Apply a Dockerfile instruction to the image', collect)
    .option('-m, --message <text>', 'What was changed')
    .option('-p, --pause', 'Pause the container meanwhile', true)
    .option('--no-pause', 'Let the container go on meanwhile')
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
